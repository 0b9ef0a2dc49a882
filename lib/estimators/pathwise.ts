import * as tf from "@tensorflow/tfjs";
import type { Distribution, Reparameterized } from "../distributions/base/distribution";
import { checkPerDraw } from "../distributions/base/check-per-draw";
import type { Estimator } from "./estimator";
import { baseOf } from "./outcomes";

/**
 * The pathwise estimator, or reparameterization trick (Kingma & Welling 2014; Mohamed et al. 2020, section 5;
 * lecture, "The reparameterization trick").
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* ∇_θ f(z(θ, ε), θ), differentiated through the draw; the distribution of ε does not depend on θ
 * *requires* a reparameterized q, and an f that is differentiable in z.
 *
 * @throws from `surrogate`, if q is not reparameterized, which is also a type error.
 */
export function pathwise(): Estimator<Reparameterized> {
  return {
    name: "pathwise",
    surrogate: ({ q, f }, params, key, draws) =>
      tf.tidy(() => {
        const distribution = q(params);
        checkReparameterized(distribution);
        const cost = f(distribution.sample(key, [draws]), params); // [draws, ...B]
        checkPerDraw("pathwise", "f(z)", cost, distribution, draws);
        return cost;
      }),
  };
}

function checkReparameterized(q: Distribution): void {
  if ("reparameterized" in q) return;
  throw new Error(
    `pathwise: q must be reparameterized, such as a normal distribution, ` +
      `got a distribution of kind "${baseOf(q).kind}"; use scoreFunction()`,
  );
}
