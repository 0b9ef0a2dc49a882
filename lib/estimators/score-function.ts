import * as tf from "@tensorflow/tfjs";
import { stopGradient } from "../core/grad";
import { noBaseline, type Baseline } from "./baseline";
import { checkCost, type Estimator } from "./estimator";

/**
 * The score function estimator, or policy gradient, or REINFORCE (Williams 1992; lecture, "Amortized variational
 * inference").
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* (f(z, θ) − b) ∇_θ log q_θ(z) + ∇_θ f(z, θ), z ~ q_θ held fixed
 * *requires* only that log q_θ(z) is differentiable in θ: q may be discrete, f may have jumps.
 *
 * @param options.baseline what is taken off the cost as b; nothing by default.
 */
export const scoreFunction = ({ baseline = noBaseline }: { baseline?: Baseline } = {}): Estimator => ({
  name: "scoreFunction",
  surrogate: ({ q, f }, params, key, draws) =>
    tf.tidy(() => {
      const distribution = q(params);
      const z = stopGradient(distribution.sample(key, [draws])); //   [draws, ...B, ...E]
      const cost = f(z, params); //                                   [draws, ...B]
      checkCost("scoreFunction", cost, distribution, draws);
      const logQ = distribution.logProb(z); //                        [draws, ...B]
      const fixedCost = stopGradient(cost);
      const advantage = fixedCost.sub(baseline(fixedCost)); //        f − b
      return cost.add(advantage.mul(logQ.sub(stopGradient(logQ)))); // adds 0 to the value, (f − b) ∇ log q to the gradient
    }),
});
