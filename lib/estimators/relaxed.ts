import * as tf from "@tensorflow/tfjs";
import { detached, stopGradient } from "../core/tensor/grad";
import type { Key } from "../core/random/key";
import { checkAbove } from "../core/numeric/check-number";
import type { Bernoulli } from "../distributions/discrete/bernoulli";
import type { Categorical } from "../distributions/discrete/categorical";
import { oneHot } from "../core/tensor/one-hot";
import { checkCost, type Estimator } from "./estimator";
import { gumbel, logistic } from "../core/random/noise";
import { finiteBase, type Finite } from "./outcomes";

/**
 * The gradient through draws of a continuous relaxation: Gumbel-softmax, or binary concrete (Jang et al. 2017; Maddison et al.
 * 2017), and its straight-through form. **Biased**: it is the gradient of another expectation.
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* ∇_θ f(y, θ) through y = softmax((l + g)/τ), g Gumbel, or y = σ((l + g)/τ), g logistic. As τ → 0, y becomes a draw of q,
 *   the bias goes to 0, and the variance to infinity. `straightThrough` gives f the draw itself, and the gradient of y: f sees no
 *   relaxed values, but a bias stays, as the slopes of f at the outcomes stand for its differences
 * *requires* a finite q, and an f that is differentiable between the outcomes. Of a categorical variable f gets a vector
 *   [..., K] instead of the number of the category: one-hot with `straightThrough`, else a point of the simplex.
 *
 * @param options.temperature τ > 0.
 * @throws when the temperature is not above 0; from `surrogate`, when q is not finite.
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
        checkCost("relaxed", cost, distribution, draws);
        return cost;
      }),
  };
}

/** Relaxed draws, and what turns them into draws. */
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
