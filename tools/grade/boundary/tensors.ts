/** A tensor of TensorFlow.js, as far as it crosses the boundary. */
export interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  dataSync(): ArrayBufferView;
  clone(): Tensor;
}

type Differentiable = (...inputs: Tensor[]) => {
  readonly value: Tensor;
  readonly gradFunc: (dy: Tensor) => Tensor[];
};

/** TensorFlow.js, as far as the boundary uses it; the tools do not depend on its package. */
export interface Tf {
  readonly Tensor: abstract new (...args: never[]) => Tensor;
  readonly tensor: (data: ArrayBufferView, shape: readonly number[], dtype: string) => Tensor;
  readonly zeros: (shape: readonly number[]) => Tensor;
  readonly customGrad: (f: Differentiable) => (...inputs: Tensor[]) => Tensor;
  readonly engine: () => {
    readonly gradients: (
      f: () => Tensor,
      xs: readonly Tensor[],
      dy: Tensor,
      allowNoGradients: boolean,
    ) => { readonly grads: readonly (Tensor | null | undefined)[] };
    readonly state: { activeTape: unknown };
    readonly startScope: () => void;
    readonly endScope: () => void;
  };
}

/** The arrays in which TensorFlow.js keeps the values of each type of tensor that can cross. */
export const ARRAY_OF = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

function children(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  return Object.values(value);
}

/** Returns the tensors in a value of arrays and plain objects, in order. */
export function tensorsIn(tf: Tf, value: unknown): Tensor[] {
  return value instanceof tf.Tensor ? [value] : children(value).flatMap((child) => tensorsIn(tf, child));
}

/** Returns a value of arrays and plain objects with its tensors replaced, in order. */
export function mapTensors(tf: Tf, value: unknown, replace: (tensor: Tensor) => Tensor): unknown {
  if (value instanceof tf.Tensor) return replace(value);
  if (children(value).length === 0) return value;
  const visit = (child: unknown): unknown => mapTensors(tf, child, replace);
  if (Array.isArray(value)) return value.map(visit);
  return Object.fromEntries(Object.entries(value as object).map(([name, child]) => [name, visit(child)]));
}
