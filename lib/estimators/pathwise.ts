import * as tf from "@tensorflow/tfjs";
import type { Distribution, Reparameterized } from "../distributions/base/distribution";
import { checkCost, type Estimator } from "./estimator";
import { baseOf } from "./outcomes";

/**
 * The pathwise estimator, or reparameterization trick (Kingma & Welling 2014; lecture, "The reparameterization trick").
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* ∇_θ f(z, θ) through the draw z = z(θ, ε) itself, ε drawn without θ
 * *requires* a reparameterized q, and an f that is differentiable in z.
 *
 * @throws from `surrogate`, when q is not reparameterized; the compiler says so as well.
 */
export const pathwise = (): Estimator<Reparameterized> => ({
  name: "pathwise",
  surrogate: ({ q, f }, params, key, draws) =>
    tf.tidy(() => {
      const distribution = q(params);
      checkReparameterized(distribution);
      const cost = f(distribution.sample(key, [draws]), params); // [draws, ...B]
      checkCost("pathwise", cost, distribution, draws);
      return cost;
    }),
});

function checkReparameterized(q: Distribution): void {
  if ("reparameterized" in q) return;
  throw new Error(
    `pathwise: q must be reparameterized, as a normal distribution is, got a distribution of kind "${baseOf(q).kind}"; ` +
      "use scoreFunction()",
  );
}
