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
import * as tree from "../../core/tensor/tree";
import { layOutState, type StateVariable } from "../build/state-layout";
import type { TensorType } from "../tensorflow/graph";
import { handleOf, nativeType } from "../trace/trace-function";

/** Storage for the tensors of a state. */
export interface StateStore {
  /** The TensorFlow variables; undefined if the state is stored in tensors. */
  readonly variables: StoredVariables | undefined;
  /** Returns copies of the current tensors, owned by the caller. */
  read(): tf.Tensor[];
  /** Copies the given tensors into the store. */
  assign(values: readonly tf.Tensor[]): void;
  /** Frees the stored tensors. */
  dispose(): void;
}

/** TensorFlow variables that hold a state. */
export interface StoredVariables {
  readonly layout: readonly StateVariable[];
  /** The handle of each variable of the layout. */
  readonly handles: readonly number[];
}

let variableCount = 0;

/** Returns a store in TensorFlow variables, which several compiled functions can share. */
export function variableStore(backend: NativeBackend, initial: readonly tf.Tensor[]): StateStore {
  const { binding } = backend;
  const layout = layOutState(initial.map((x) => nativeType(backend, x)));
  const handles = layout.map(({ type }) => createVariable(backend, type));
  const attributesOf = ({ type }: StateVariable): NativeAttribute[] => [
    typeAttribute(binding, "dtype", type.dtype),
  ];
  const store: StateStore = {
    variables: { layout, handles },
    read: () => {
      const tensors: tf.Tensor[] = [];
      layout.forEach((variable, i) => {
        const handle = handles[i] as number;
        const [value] = binding.executeOp("ReadVariableOp", attributesOf(variable), [handle], 1);
        const whole = backend.createOutputTensor(value as NativeTensor);
        unpack(variable, whole).forEach((x, j) => {
          tensors[variable.members[j]?.index as number] = x;
        });
      });
      return tensors;
    },
    assign: (values) =>
      tree.tidy(() => {
        layout.forEach((variable, i) => {
          const whole = pack(variable, values);
          const inputs = [handles[i] as number, handleOf(backend, whole)];
          binding.executeOp("AssignVariableOp", attributesOf(variable), inputs, 0);
        });
      }),
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

/** Returns the tensors in a variable's value, which is disposed if they are others. */
function unpack({ members }: StateVariable, whole: tf.Tensor): tf.Tensor[] {
  if (members.length === 1) return [whole];
  const tensors = members.map(({ shape, offset, size }) =>
    tf.tidy(() => whole.slice([offset], [size]).reshape(shape as number[])),
  );
  whole.dispose();
  return tensors;
}

/** Returns the value of a variable from the tensors of the state. */
function pack({ members }: StateVariable, values: readonly tf.Tensor[]): tf.Tensor {
  const tensors = members.map(({ index }) => values[index] as tf.Tensor);
  const [first] = tensors;
  return first !== undefined && tensors.length === 1 ? first : tf.concat(tensors.map((x) => x.flatten()));
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
  const [handle] = binding.executeOp("VarHandleOp", attributes, [], 1);
  return (handle as NativeTensor).id;
}

/** Returns a store in tensors, for backends without variables. */
export function tensorStore(initial: readonly tf.Tensor[]): StateStore {
  const copy = (values: readonly tf.Tensor[]): tf.Tensor[] => values.map((x) => tf.keep(x.clone()));
  let stored = copy(initial);
  return {
    variables: undefined,
    read: () => stored.map((x) => x.clone()),
    assign: (values) => {
      const old = stored;
      stored = copy(values);
      tf.dispose(old);
    },
    dispose: () => tf.dispose(stored),
  };
}
