import * as tf from "@tensorflow/tfjs";

/** TensorFlow's numbers for element types. */
export const DataType = {
  float32: 1,
  int32: 3,
  string: 7,
  complex64: 8,
  bool: 10,
  resource: 20,
  variant: 21,
} as const;

/** tfjs's name of TensorFlow's type number. */
export const dtypeName = (dtype: number): string =>
  Object.entries(DataType).find(([, value]) => value === dtype)?.[0] ?? `type ${dtype}`;

/** What the addon knows of a tensor: its handle, and its shape and type. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** An attribute of an operation, as tfjs-node writes it. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The native addon: tfjs-node's methods, and ours from lib/native. */
export interface Binding {
  /** Version of the TensorFlow library that is loaded. */
  readonly TF_Version: string;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView | readonly unknown[]): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayBufferView;
  executeOp(
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): NativeTensor[];
  /** Registers a serialised FunctionDef. */
  addFunction(definition: Uint8Array): void;
  removeFunction(name: string): void;
  /** A serialised OpList of every operation that TensorFlow knows. */
  operations(): Uint8Array;
}

/** The part of tfjs-node's backend that has no public type. */
export interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  binding: Binding;
  readonly tensorMap: { get(dataId: object): NativeTensor & { readonly values: unknown } };
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(tensor: NativeTensor): tf.Tensor;
  executeSingleOutput(
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly tf.TensorInfo[],
  ): tf.Tensor;
  readSync(dataId: object): unknown;
  read(dataId: object): Promise<unknown>;
  write(values: unknown, shape: readonly number[], dtype: tf.DataType): object;
}

/** The backend `tensorflow` where it is the current one and its addon can take functions. */
export function nativeBackend(): NativeBackend | undefined {
  if (tf.getBackend() !== "tensorflow") return undefined;
  const backend = tf.backend() as unknown as NativeBackend;
  return "addFunction" in backend.binding ? backend : undefined;
}

/** A type attribute, such as `T`. */
export const typeAttribute = (binding: Binding, name: string, dtype: number): NativeAttribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: dtype,
});

/** A tensor of its own handle with the values of another; nothing is copied. */
export function alias(backend: NativeBackend, x: tf.TensorInfo): tf.Tensor {
  const dtype = backend.tensorMap.get(x.dataId).dtype;
  return backend.executeSingleOutput("Identity", [typeAttribute(backend.binding, "T", dtype)], [x]);
}
