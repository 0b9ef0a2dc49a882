import * as tf from "@tensorflow/tfjs";
import { detached, stopGradient } from "../core/tensor/grad";
import type { Key } from "../core/random/key";
import { checkAbove } from "../core/numeric/check-number";
import type { Bernoulli } from "../distributions/discrete/bernoulli";
import type { Categorical } from "../distributions/discrete/categorical";
import { oneHot } from "../core/tensor/one-hot";
import { checkPerDraw } from "../distributions/base/check-per-draw";
import type { Estimator } from "./estimator";
import { gumbel, logistic } from "../core/random/noise";
import { finiteBase, type Finite } from "./outcomes";

/**
 * The pathwise gradient of a continuous relaxation: Gumbel-softmax or binary concrete (Jang et al. 2017;
 * Maddison et al. 2017), optionally straight-through (Bengio et al. 2013). **Biased**: it is the gradient of
 * another expectation.
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* ∇_θ f(y, θ) through y = softmax((l + g)/τ), g ~ Gumbel, or y = σ((l + g)/τ), g ~ logistic. As τ → 0,
 *   y becomes a draw from q, the bias goes to 0 and the variance to infinity. With `straightThrough`, f is
 *   evaluated at the draw itself, with the gradient of y: f sees no relaxed values, but the bias remains,
 *   because the slopes of f at the outcomes replace its differences between them
 * *requires* a finite q, and an f that is differentiable between the outcomes. For a categorical variable f
 *   receives a vector [..., K] instead of the category's number: one-hot with `straightThrough`, otherwise a
 *   point of the simplex.
 *
 * @param options `temperature`: τ > 0; `straightThrough`: whether to evaluate f at draws of q, not at
 *   relaxed values; false by default.
 * @throws if the temperature is not a finite number above 0; from `surrogate`, if q is not finite.
 */
export function relaxed({
  temperature,
  straightThrough = false,
}: {
  readonly temperature: number;
  readonly straightThrough?: boolean;
}): Estimator<Finite> {
  checkAbove("relaxed", "temperature", temperature);
  return {
    name: "relaxed",
    surrogate: ({ q, f }, params, key, draws) =>
      tf.tidy(() => {
        const distribution = q(params);
        const base = finiteBase("relaxed", distribution);
        const { soft, hard } = relax[base.kind](base.logits, key, draws, temperature);
        const y = straightThrough ? hard(soft).add(soft.sub(stopGradient(soft))) : soft;
        const cost = f(y, params); // [draws, ...B]
        checkPerDraw("relaxed", "f(z)", cost, distribution, draws);
        return cost;
      }),
  };
}

/** Returns relaxed draws, and the function that rounds them to draws of q. */
type Relax = (
  logits: tf.Tensor,
  key: Key,
  draws: number,
  temperature: number,
) => { readonly soft: tf.Tensor; readonly hard: (soft: tf.Tensor) => tf.Tensor };

const relax: Readonly<Record<(Bernoulli | Categorical)["kind"], Relax>> = {
  bernoulli: (logits, key, draws, temperature) => ({
    soft: logistic(key, [draws, ...logits.shape])
      .add(logits)
      .div(temperature)
      .sigmoid(), // [draws, ...B, ...E]
    hard: (soft) => detached((y) => y.greater(0.5).cast("float32"), soft),
  }),
  categorical: (logits, key, draws, temperature) => ({
    soft: gumbel(key, [draws, ...logits.shape])
      .add(logits)
      .div(temperature)
      .softmax(), // [draws, ...B, ...E, K]
    hard: (soft) => detached((y) => oneHot(y.argMax(-1), logits.shape.at(-1) ?? 0), soft),
  }),
};
