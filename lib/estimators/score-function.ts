import * as tf from "@tensorflow/tfjs";
import { detached, stopGradient } from "../core/tensor/grad";
import { isTracing } from "../core/tensor/tracing";
import { showShape } from "../core/tensor/shape";
import { noBaseline, type Baseline } from "./baselines/baseline";
import { checkBaseline } from "./baselines/check-baseline";
import { checkCost, type Estimator } from "./estimator";
import { parameterBaselineTerm, type ParameterBaseline } from "./baselines/optimal-baseline";

/**
 * The score function estimator, or policy gradient, or REINFORCE (Williams 1992; lecture, "Amortized variational
 * inference").
 *
 * *approximates* ∇_θ E_{q_θ(z)}[f(z, θ)]
 * *with* (f(z, θ) − b) ∇_θ log q_θ(z) + ∇_θ f(z, θ), z ~ q_θ held fixed
 * *requires* only that log q_θ(z) is differentiable in θ: q may be discrete, f may have jumps.
 *
 * @param options.baseline what is taken off the cost as b; nothing by default.
 * @throws from `surrogate`, when the baseline of a draw depends on that draw. This is tried out on the first costs of each
 *   shape, by raising one of them and looking at its baseline. A compiled function cannot throw: it tries it out each time, and
 *   the estimates become NaN.
 */
export function scoreFunction({
  baseline = noBaseline,
}: { baseline?: Baseline | ParameterBaseline } = {}): Estimator {
  const checked = new Set<string>(); // shapes
  /** 0, or an error; in a compiled function NaN in place of the error. */
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
        checkCost("scoreFunction", cost, distribution, draws);
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
