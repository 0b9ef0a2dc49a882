import * as tf from "@tensorflow/tfjs";
import { detached, stopGradient } from "../core/tensor/grad";
import { isTracing } from "../core/tensor/tracing";
import { showShape } from "../core/tensor/shape";
import { noBaseline, type Baseline } from "./baselines/baseline";
import { checkBaseline } from "./baselines/check-baseline";
import { checkPerDraw } from "../distributions/base/check-per-draw";
import type { Estimator } from "./estimator";
import { parameterBaselineTerm, type ParameterBaseline } from "./baselines/optimal-baseline";

/**
 * The score function estimator, also called REINFORCE or policy gradient (Williams 1992; Mohamed et al. 2020,
 * section 4; lecture, "Amortized variational inference").
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* (f(z, θ) − b) ∇_θ log q_θ(z) + ∇_θ f(z, θ), with z ~ q_θ held fixed
 * *requires* only that log q_θ(z) is differentiable in θ: q may be discrete, and f may be discontinuous.
 *
 * @param options `baseline`: b, which is subtracted from the cost; 0 by default.
 * @throws from `surrogate`, if the baseline of a draw depends on that draw. The check raises one cost and
 *   compares its baseline before and after, for the first costs of each shape. A compiled function cannot
 *   throw: it checks at every call, and returns NaN instead.
 */
export function scoreFunction({
  baseline = noBaseline,
}: { baseline?: Baseline | ParameterBaseline } = {}): Estimator {
  const checked = new Set<string>(); // the shapes that passed
  /** Returns 0, or throws; in a compiled function returns NaN instead of throwing. */
  const check = (f: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]): tf.Tensor => {
    const shape = showShape(inputs[0]?.shape ?? []);
    if (checked.has(shape) && !isTracing()) return tf.scalar(0);
    const verdict = checkBaseline(f, inputs);
    if (!isTracing()) checked.add(shape);
    return verdict;
  };
  return {
    name: "scoreFunction",
    surrogate: ({ q, f }, params, key, draws) =>
      tf.tidy(() => {
        const distribution = q(params);
        const z = stopGradient(distribution.sample(key, [draws])); //   [draws, ...B, ...E]
        const cost = f(z, params); //                                   [draws, ...B]
        checkPerDraw("scoreFunction", "f(z)", cost, distribution, draws);
        const logQ = distribution.logProb(z); //                        [draws, ...B]
        const score = logQ.sub(stopGradient(logQ)); //                  0, with the gradient ∇ log q
        const fixedCost = stopGradient(cost);
        if (typeof baseline === "function") {
          const b = detached((x) => baseline(x).add(check(baseline, x)), fixedCost);
          return cost.add(fixedCost.sub(b).mul(score)); //              the gradient (f − b) ∇ log q
        }
        const perParameter = (g: tf.Tensor, s: tf.Tensor): tf.Tensor =>
          baseline.perParameter(g, s).add(check((x, y) => baseline.perParameter(x, y), g, s));
        const taken = parameterBaselineTerm({ perParameter }, q, params, { z, cost: fixedCost });
        return cost.add(fixedCost.mul(score)).sub(taken);
      }),
  };
}
