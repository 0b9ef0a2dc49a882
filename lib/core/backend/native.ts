import * as tf from "@tensorflow/tfjs";

/** TensorFlow's numbers for element types (types.proto). */
export const DataType = {
  float32: 1,
  int32: 3,
  string: 7,
  complex64: 8,
  bool: 10,
  resource: 20,
  variant: 21,
} as const;

/** Returns tfjs's name for an element type of TensorFlow. */
export function dtypeName(dtype: number): string {
  return Object.entries(DataType).find(([, value]) => value === dtype)?.[0] ?? `type ${dtype}`;
}

/** A tensor as the addon describes it. */
export interface NativeTensor {
  /** The handle, which is never reused. */
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** An attribute of an operation, as tfjs-node passes it to the addon. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** The native addon: tfjs-node's methods, and the ones that lib/native adds. */
export interface Binding {
  /** The version of the loaded TensorFlow library. */
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
  /** Registers a serialized FunctionDef. */
  addFunction(definition: Uint8Array): void;
  /** Removes a registered function and what was compiled for it. */
  removeFunction(name: string): void;
  /** Returns a serialized OpList of all operations of TensorFlow. */
  operations(): Uint8Array;
}

/** tfjs-node's backend, as far as it is used here; it has no public type. */
export interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  binding: Binding;
  readonly tensorMap: { get(dataId: object): NativeTensor & { readonly values: unknown } };
  incRef(dataId: object): void;
  refCount(dataId: object): number;
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

/** Returns the backend `tensorflow` if it is current and its addon can register functions. */
export function nativeBackend(): NativeBackend | undefined {
  if (tf.getBackend() !== "tensorflow") return undefined;
  const backend = tf.backend() as unknown as NativeBackend;
  return "addFunction" in backend.binding ? backend : undefined;
}

/** Returns the backend `tensorflow`; throws, naming the caller, if it is not current. */
export function requireNativeBackend(caller: string): NativeBackend {
  const backend = nativeBackend();
  if (backend === undefined)
    throw new Error(`${caller}: the backend must be tensorflow, got ${tf.getBackend()}; call useBackend()`);
  return backend;
}

/** Returns an attribute whose value is an element type, such as `T`. */
export function typeAttribute(binding: Binding, name: string, dtype: number): NativeAttribute {
  return { name, type: binding.TF_ATTR_TYPE, value: dtype };
}

/** Returns a tensor with the values of `x` and a new handle, without copying. */
export function alias(backend: NativeBackend, x: tf.TensorInfo): tf.Tensor {
  const dtype = backend.tensorMap.get(x.dataId).dtype;
  return backend.executeSingleOutput("Identity", [typeAttribute(backend.binding, "T", dtype)], [x]);
}
