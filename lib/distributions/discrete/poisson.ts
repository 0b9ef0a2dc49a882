import * as tf from "@tensorflow/tfjs";
import { poissonValues } from "../../core/random/poisson";
import { inspectable } from "../../core/show/inspectable";
import { gammaSurvival, logGammaKernel } from "../../core/special/incomplete-gamma";
import { broadcastTo } from "../../core/tensor/broadcast";
import { detached } from "../../core/tensor/grad";
import * as tree from "../../core/tensor/tree";
import { checkEvent } from "../base/check-event";
import type { Distribution, With } from "../base/distribution";
import { toParameter, type Parameter } from "../base/parameter";

/** A batch of Poisson distributions of counts. */
export interface Poisson extends With<Distribution, "cdf" | "mode"> {
  readonly kind: "poisson";
  /** Rates λ, [...B], the means. */
  readonly rate: tf.Tensor;
}

/**
 * Returns Poisson(λ) over 0, 1, 2, …, with probabilities λᵏ e^−λ / k!, one for each rate.
 *
 * Draws are int32 and carry no gradient; rates may be up to 10⁶. `logProb` is −∞ for a value that is not such
 * an integer. The entropy has no closed form.
 *
 * @param mean rates λ, above 0 (not checked), [...B].
 * @throws if the rate is neither a number nor a tensor of numbers.
 */
export function poisson(mean: Parameter): Poisson {
  const rate = toParameter("poisson", "rate", mean);
  const batchShape = rate.shape;
  return {
    kind: "poisson",
    ...inspectable,
    batchShape,
    eventShape: [],
    rate,
    sample: (key, sampleShape = []) =>
      tf.tidy(() => {
        const rates = broadcastTo(rate, [...sampleShape, ...batchShape]);
        return detached((value) => poissonValues(key, value).cast("int32"), rates);
      }),
    logProb: (x) =>
      tf.tidy(() => {
        const k = checkEvent("poisson.logProb", x, batchShape, []);
        const count = detached((value) => value.maximum(0), k);
        const outside = detached(logIfCount, k);
        const logRate = rate.log();
        // k log λ − λ − log k!, the log-density of Gamma(k + 1, 1) at λ
        return logGammaKernel(count.add(1), rate, logRate).sub(logRate).add(outside);
      }),
    mean: () => rate.clone(),
    variance: () => rate.clone(),
    cdf: (x) =>
      tf.tidy(() => {
        const k = checkEvent("poisson.cdf", x, batchShape, []).add(tf.zeros(batchShape));
        const count = detached((value) => value.floor().maximum(0), k);
        // P(X ≤ k) = P(G > λ) with G ~ Gamma(k + 1, 1)
        return tf.where(k.less(0), 0, gammaSurvival(count.add(1), broadcastTo(rate, k.shape)));
      }),
    mode: () => tf.tidy(() => detached((value) => value.floor(), rate).cast("int32")),
  };
}

/** 0 where x is one of 0, 1, 2, …, −∞ elsewhere. */
function logIfCount(x: tf.Tensor): tf.Tensor {
  return x.equal(x.floor()).logicalAnd(x.greaterEqual(0)).cast("float32").log();
}

tree.register<Poisson, Pick<Poisson, "rate">>("poisson", {
  parts: ({ rate }) => ({ rate }),
  rebuild: ({ rate }) => poisson(rate),
});
