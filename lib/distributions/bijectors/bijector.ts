import * as tf from "@tensorflow/tfjs";
import { inspectable } from "../../core/show/inspectable";
import { softplus } from "../../core/tensor/special";
import * as tree from "../../core/tensor/tree";
import { toParameter, type Parameter } from "../base/parameter";

/** An elementwise, differentiable and monotone function with its inverse. */
export interface Bijector {
  /** The name of the function. */
  readonly kind: string;
  /** y = f(x). */
  forward(x: tf.Tensor): tf.Tensor;
  /** x = f⁻¹(y); finite at the ends of the range and beyond. */
  inverse(y: tf.Tensor): tf.Tensor;
  /** log |f′(x)|, at x and not at y: exact where y = f(x) is rounded to the end of its range. */
  logDerivative(x: tf.Tensor): tf.Tensor;
  /** The ends of the interval of y, beyond which the density is 0; all numbers by default. */
  readonly range?: readonly [low: number, high: number];
}

/** The distance from ±1, and from 0, at which inverses are cut off: draws may round to these ends. */
const [EDGE, LEAST] = [2 ** -24, 2 ** -126];

/** tanh: numbers to (−1, 1). */
export const tanh: Bijector = {
  kind: "bijector tanh",
  ...inspectable,
  forward: (x) => tf.tanh(x),
  inverse: (y) => tf.tidy(() => tf.atanh(y.clipByValue(-1 + EDGE, 1 - EDGE))),
  // log(1 − tanh² x) = 2 (log 2 − x − softplus(−2x)), which does not underflow for large |x|
  logDerivative: (x) =>
    tf.tidy(() => {
      const size = x.abs();
      return tf
        .sub(Math.LN2, size)
        .sub(softplus(size.mul(-2)))
        .mul(2);
    }),
  range: [-1, 1],
};

/** σ(x) = 1 / (1 + e⁻ˣ): numbers to (0, 1). */
export const sigmoid: Bijector = {
  kind: "bijector sigmoid",
  ...inspectable,
  forward: (x) => tf.sigmoid(x),
  inverse: (y) =>
    tf.tidy(() => {
      const inside = y.clipByValue(LEAST, 1 - EDGE);
      return inside.log().sub(inside.neg().log1p()); // log y − log(1 − y)
    }),
  logDerivative: (x) => tf.tidy(() => softplus(x).add(softplus(x.neg())).neg()), // log σ(x) + log σ(−x)
  range: [0, 1],
};

/** eˣ: numbers to positive numbers. */
export const exp: Bijector = {
  kind: "bijector exp",
  ...inspectable,
  forward: (x) => tf.exp(x),
  inverse: (y) => tf.tidy(() => y.maximum(LEAST).log()),
  logDerivative: (x) => x.clone(),
  range: [0, Infinity],
};

/** log(1 + eˣ): numbers to positive numbers, nearly x where x is large. */
export const softplusBijector: Bijector = {
  kind: "bijector softplus",
  ...inspectable,
  forward: softplus,
  inverse: (y) =>
    tf.tidy(() => {
      const inside = y.maximum(LEAST);
      return inside.add(inside.neg().expm1().neg().log()); // y + log(1 − e⁻ʸ)
    }),
  logDerivative: (x) => tf.tidy(() => softplus(x.neg()).neg()), // log σ(x)
  range: [0, Infinity],
};

// Without tensors, but nodes: they go into and out of compiled functions, and stay the same objects
for (const bijector of [tanh, sigmoid, exp, softplusBijector])
  tree.register<Bijector, Record<string, never>>(bijector.kind, {
    parts: () => ({}),
    rebuild: () => bijector,
  });

/** An affine function, with its numbers. */
export interface Affine extends Bijector {
  readonly kind: "affine";
  /** b, broadcast to x. */
  readonly shift: tf.Tensor;
  /** a, broadcast to x. */
  readonly scale: tf.Tensor;
}

/**
 * Returns x ↦ a x + b.
 *
 * @param shift b, which broadcasts to x.
 * @param scale a, not 0 (not checked), which broadcasts to x; 1 by default.
 * @throws if a parameter is neither a number nor a tensor of numbers.
 */
export function affine(shift: Parameter, scale: Parameter = 1): Affine {
  const b = toParameter("affine", "shift", shift);
  const a = toParameter("affine", "scale", scale);
  return {
    kind: "affine",
    ...inspectable,
    shift: b,
    scale: a,
    forward: (x) => tf.tidy(() => x.mul(a).add(b)),
    inverse: (y) => tf.tidy(() => y.sub(b).div(a)),
    logDerivative: (x) => tf.tidy(() => tf.zerosLike(x).add(a.abs().log())),
  };
}

tree.register<Affine, Pick<Affine, "shift" | "scale">>("affine", {
  parts: ({ shift, scale }) => ({ shift, scale }),
  rebuild: ({ shift, scale }) => affine(shift, scale),
});

/** A composition of functions. */
export interface Composition extends Bijector {
  readonly kind: "composition";
  /** The functions, the first applied first. */
  readonly parts: readonly Bijector[];
}

/**
 * Returns the composition of functions, the first applied first: `compose(affine(0, 2), tanh)` is tanh 2x.
 * Its range is that of the last one.
 */
export function compose(...parts: readonly Bijector[]): Composition {
  const range = parts.at(-1)?.range;
  return {
    kind: "composition",
    ...inspectable,
    parts,
    ...(range !== undefined && { range }),
    forward: (x) => tf.tidy(() => parts.reduce((y, part) => part.forward(y), x.clone())),
    inverse: (y) => tf.tidy(() => parts.reduceRight((x, part) => part.inverse(x), y.clone())),
    logDerivative: (x) =>
      tf.tidy(() => {
        let [at, sum] = [x, tf.zerosLike(x)];
        for (const part of parts) {
          sum = sum.add(part.logDerivative(at)); // log |(f ∘ g)′| = log |g′(x)| + log |f′(g(x))|
          at = part.forward(at);
        }
        return sum;
      }),
  };
}

tree.register<Composition, { readonly parts: readonly Bijector[] }>("composition", {
  parts: ({ parts }) => ({ parts }),
  rebuild: ({ parts }) => compose(...parts),
});
