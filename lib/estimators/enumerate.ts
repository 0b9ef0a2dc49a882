import * as tf from "@tensorflow/tfjs";
import { checkPerDraw } from "../distributions/base/check-per-draw";
import type { Estimator } from "./estimator";
import { outcomesOf, type Finite } from "./outcomes";

/**
 * Returns the exact gradient as a sum over all outcomes.
 *
 * *computes* ∇_θ E_{q_θ(z)}[f(z, θ)] without error
 * *with* ∇_θ Σ_z q_θ(z) f(z, θ); all draws of an estimate are the same number, and the key is not used
 * *requires* a finite q with at most 65,536 outcomes; for `independent`, every combination of values counts.
 *   f is called once, with all outcomes.
 *
 * @throws from `surrogate`, if q is not finite or has more outcomes.
 */
export function enumerate(): Estimator<Finite> {
  return {
    name: "enumerate",
    surrogate: ({ q, f }, params, _key, draws) =>
      tf.tidy(() => {
        const distribution = q(params);
        const z = outcomesOf("enumerate", distribution); //           [outcomes, ...B, ...E]
        const cost = f(z, params); //                                 [outcomes, ...B]
        checkPerDraw("enumerate", "f(z)", cost, distribution, z.shape[0]);
        const p = distribution.logProb(z).exp();
        const mean = p.mul(cost).sum(0, true); //                     Σ_z q(z) f(z)
        return mean.tile([draws, ...distribution.batchShape.map(() => 1)]);
      }),
  };
}
