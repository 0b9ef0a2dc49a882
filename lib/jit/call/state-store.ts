/**
 * Where the state of `jit.stateful` is stored between calls: TensorFlow variables, or tensors on other
 * backends.
 */
import * as tf from "@tensorflow/tfjs";
import {
  typeAttribute,
  type NativeAttribute,
  type NativeBackend,
  type NativeTensor,
} from "../../core/backend/native";
import type { TensorType } from "../tensorflow/graph";
import { handleOf, nativeType } from "../trace/trace-function";

/** Storage for the tensors of a state. */
export interface StateStore {
  /** The handles of the TensorFlow variables; undefined if the state is stored in tensors. */
  readonly handles: readonly number[] | undefined;
  /** Returns copies of the current tensors, owned by the caller. */
  read(): tf.Tensor[];
  /** Copies the given tensors into the store. */
  assign(values: readonly tf.Tensor[]): void;
  /** Frees the stored tensors. */
  dispose(): void;
}

let variableCount = 0;

/** Returns a store in TensorFlow variables, which several compiled functions can share. */
export function variableStore(backend: NativeBackend, initial: readonly tf.Tensor[]): StateStore {
  const { binding } = backend;
  const types = initial.map((x) => nativeType(backend, x));
  const handles = types.map((type) => createVariable(backend, type));
  const typeOf = (i: number): NativeAttribute => typeAttribute(binding, "dtype", types[i]?.dtype ?? 0);
  const store: StateStore = {
    handles,
    read: () =>
      handles.map((variable, i) =>
        backend.createOutputTensor(only(binding.executeOp("ReadVariableOp", [typeOf(i)], [variable], 1))),
      ),
    assign: (values) => {
      values.forEach((x, i) => {
        binding.executeOp("AssignVariableOp", [typeOf(i)], [handles[i] ?? -1, handleOf(backend, x)], 0);
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
  return only(binding.executeOp("VarHandleOp", attributes, [], 1)).id;
}

function only([tensor]: readonly NativeTensor[]): NativeTensor {
  return tensor as NativeTensor;
}

/** Returns a store in tensors, for backends without variables. */
export function tensorStore(initial: readonly tf.Tensor[]): StateStore {
  const copy = (values: readonly tf.Tensor[]): tf.Tensor[] => values.map((x) => tf.keep(x.clone()));
  let stored = copy(initial);
  return {
    handles: undefined,
    read: () => stored.map((x) => x.clone()),
    assign: (values) => {
      const old = stored;
      stored = copy(values);
      tf.dispose(old);
    },
    dispose: () => tf.dispose(stored),
  };
}
