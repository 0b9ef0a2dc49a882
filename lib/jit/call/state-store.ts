import * as tf from "@tensorflow/tfjs";
import type { TensorType } from "../tensorflow/graph";
import {
  typeAttribute,
  type NativeAttribute,
  type NativeBackend,
  type NativeTensor,
} from "../../core/backend/native";
import { handle, nativeType } from "../trace/trace-function";

/** Where a compiled function's state lives between calls. */
export interface Store {
  /** Handles of TensorFlow's variables; undefined where the state is held in plain tensors. */
  readonly handles: readonly number[] | undefined;
  /** The tensors as they are now; the caller owns them. */
  read(): tf.Tensor[];
  /** Takes the values of these tensors, which stay the caller's. */
  assign(values: readonly tf.Tensor[]): void;
  dispose(): void;
}

let variableCount = 0;

/** State in variables of TensorFlow's, which several compiled functions can use. */
export function variableStore(backend: NativeBackend, initial: readonly tf.Tensor[]): Store {
  const { binding } = backend;
  const types = initial.map((x) => nativeType(backend, x));
  const handles = types.map((type) => createVariable(backend, type));
  const store: Store = {
    handles,
    read: () =>
      handles.map((variable, i) => {
        const type = typeAttribute(binding, "dtype", types[i]?.dtype ?? 0);
        return backend.createOutputTensor(first(binding.executeOp("ReadVariableOp", [type], [variable], 1)));
      }),
    assign: (values) => {
      values.forEach((x, i) => {
        const type = typeAttribute(binding, "dtype", types[i]?.dtype ?? 0);
        binding.executeOp("AssignVariableOp", [type], [handles[i] ?? -1, handle(backend, x)], 0);
      });
    },
    dispose: () => {
      for (const variable of handles) {
        binding.executeOp("DestroyResourceOp", [], [variable], 0);
        binding.deleteTensor(variable);
      }
    },
  };
  store.assign(initial);
  return store;
}

function createVariable({ binding }: NativeBackend, { shape, dtype }: TensorType): number {
  const text = (name: string, value: string): NativeAttribute => ({
    name,
    type: binding.TF_ATTR_STRING,
    value,
  });
  const attributes = [
    typeAttribute(binding, "dtype", dtype),
    { name: "shape", type: binding.TF_ATTR_SHAPE, value: shape },
    text("container", ""),
    text("shared_name", `latent_variable_${variableCount++}`),
  ];
  return first(binding.executeOp("VarHandleOp", attributes, [], 1)).id;
}

const first = ([tensor]: readonly NativeTensor[]): NativeTensor => tensor as NativeTensor;

/** State in plain tensors, for backends without variables. */
export function tensorStore(initial: readonly tf.Tensor[]): Store {
  const copy = (values: readonly tf.Tensor[]): tf.Tensor[] => values.map((x) => tf.keep(x.clone()));
  let held = copy(initial);
  return {
    handles: undefined,
    read: () => held.map((x) => x.clone()),
    assign: (values) => {
      const old = held;
      held = copy(values);
      tf.dispose(old);
    },
    dispose: () => tf.dispose(held),
  };
}
