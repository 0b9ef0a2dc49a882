import * as tf from "@tensorflow/tfjs";
import { checkCost, type Estimator } from "./estimator";
import { outcomesOf, type Finite } from "./outcomes";

/**
 * The exact gradient, by a sum over all outcomes.
 *
 * *computes* ∇_θ E_{q_θ(z)}[f(z, θ)] without error
 * *with* ∇_θ Σ_z q_θ(z) f(z, θ); every draw of an estimate is the same number, and the key is not used
 * *requires* a finite q of at most 65,536 outcomes: of `independent`, all combinations count. f is called with all of them.
 *
 * @throws from `surrogate`, when q is not finite or has more outcomes.
 */
export const enumerate = (): Estimator<Finite> => ({
  name: "enumerate",
  surrogate: ({ q, f }, params, _key, draws) =>
    tf.tidy(() => {
      const distribution = q(params);
      const z = outcomesOf("enumerate", distribution); //           [outcomes, ...B, ...E]
      const cost = f(z, params); //                                 [outcomes, ...B]
      checkCost("enumerate", cost, distribution, z.shape[0]);
      const p = distribution.logProb(z).exp();
      const mean = p.mul(cost).sum(0, true); //                     Σ_z q(z) f(z)
      return mean.tile([draws, ...distribution.batchShape.map(() => 1)]);
    }),
});
