import { type Compiler, jit, tf, valueAndGrad } from "latent";
import { expect } from "vitest";
import { fixture } from "../support/fixtures";

/**
 * A layer evaluated by PyTorch in float64: its inputs by name, its result y, and the gradients of Σ weights ·
 * y with respect to every input.
 */
export interface LayerCase {
  readonly inputs: Readonly<Record<string, tf.TensorLike>>;
  readonly y: tf.TensorLike;
  readonly weights: tf.TensorLike;
  readonly gradients: Readonly<Record<string, tf.TensorLike>>;
}

/** The cases that test/fixtures/layers.py wrote. */
export const layerCases = fixture("layers") as {
  readonly conv2d: readonly (LayerCase & { readonly stride: number })[];
  readonly convTranspose2d: readonly (LayerCase & { readonly stride: number })[];
  readonly groupNorm: readonly (LayerCase & { readonly groups: number })[];
  readonly gru: LayerCase;
};

/** The compilers with which layers are tested. */
export const compilers: readonly Compiler[] = ["off", "graph", "xla"];

/** Returns each case with each compiler. */
export function withCompilers<C>(cases: readonly C[]): (C & { readonly compiler: Compiler })[] {
  return cases.flatMap((one) => compilers.map((compiler) => ({ ...one, compiler })));
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

/**
 * Compares the result and the gradients of a function of named tensors with a case.
 *
 * @param abs the largest difference allowed between two numbers.
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
