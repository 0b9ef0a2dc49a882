import { type Compiler, jit, tf, valueAndGrad } from "latent";
import { expect } from "vitest";
import { fixture } from "../support/fixtures";

/** A function in PyTorch, in float64: the inputs by name, the result, and the gradients of Σ weights · y by every input. */
export interface LayerCase {
  readonly inputs: Readonly<Record<string, tf.TensorLike>>;
  readonly y: tf.TensorLike;
  readonly weights: tf.TensorLike;
  readonly gradients: Readonly<Record<string, tf.TensorLike>>;
}

/** What test/fixtures/layers.py made. */
export const layerCases = fixture("layers") as {
  readonly conv2d: readonly (LayerCase & { readonly stride: number })[];
  readonly convTranspose2d: readonly (LayerCase & { readonly stride: number })[];
  readonly groupNorm: readonly (LayerCase & { readonly groups: number })[];
  readonly gru: LayerCase;
};

export const compilers: readonly Compiler[] = ["off", "graph", "xla"];

type Inputs = Readonly<Record<string, tf.Tensor>>;

/**
 * Compares a function of named tensors with a case: its result and its gradients by all of them.
 *
 * @param abs how far apart any two numbers may be.
 */
export function checkCase(
  { inputs, y, weights, gradients }: LayerCase,
  f: (inputs: Inputs) => tf.Tensor,
  abs: number,
  compiler: Compiler = "off",
): void {
  tf.tidy(() => {
    const weighted = valueAndGrad((given: Inputs, w: tf.Tensor) => {
      const result = f(given);
      return [result.mul(w).sum(), result];
    });
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, values]) => [name, tf.tensor(values)]),
    );
    const compiled = jit((given: Inputs, w: tf.Tensor) => weighted(given, w), { compiler, name: "layer" });
    const { aux, grads } = compiled(tensors, tf.tensor(weights));
    expect(compiled.traces.map((trace) => trace.compiler)).toEqual(compiler === "off" ? [] : [compiler]);
    compiled.dispose();
    expect(aux).toHaveShape(tf.tensor(y).shape);
    expect(aux).toBeNear(tf.tensor(y), { abs });
    for (const [name, gradient] of Object.entries(gradients))
      expect(grads[name] ?? NaN).toBeNear(tf.tensor(gradient), { abs });
  });
}
