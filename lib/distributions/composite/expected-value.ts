import * as tf from "@tensorflow/tfjs";
import type { Independent } from "./independent";
import type { Normal } from "../continuous/normal";
import type { Distribution } from "../base/distribution";

/** The number of points, and how far they reach in standard deviations of the normal distribution. */
const [POINTS, REACH] = [128, 8.5];

const NODES = Array.from({ length: POINTS }, (_, i) => REACH * ((2 * i) / (POINTS - 1) - 1));

/** The trapezoidal rule over N(0, 1), which converges exponentially for smooth functions. */
const WEIGHTS = NODES.map((z) => {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return ((2 * REACH) / (POINTS - 1)) * density;
});

/**
 * Returns the mean and the variance of a function of numbers from a distribution, by quadrature.
 *
 * @param caller the public function that was called, for the message.
 * @param d a normal distribution, one with quantiles, or an `independent` of these; the moments are [...B,
 *   ...E].
 * @param f an elementwise function.
 * @throws for any other distribution.
 */
export function momentsOf(
  caller: string,
  d: Distribution,
  f: (x: tf.Tensor) => tf.Tensor,
): { mean: tf.Tensor; variance: tf.Tensor } {
  if (d.kind === "independent") return momentsOf(caller, (d as Independent).base, f);
  const ones = d.batchShape.map(() => 1);
  const along = (values: readonly number[]): tf.Tensor => tf.tensor1d([...values]).reshape([POINTS, ...ones]);
  const y = f(pointsOf(caller, d, along(NODES)));
  const weights = along(WEIGHTS);
  const mean = y.mul(weights).sum(0);
  return { mean, variance: y.sub(mean).square().mul(weights).sum(0) };
}

/** x with the probability of z under N(0, 1) below it: μ + σ z, or the quantile of Φ(z). */
function pointsOf(caller: string, d: Distribution, z: tf.Tensor): tf.Tensor {
  if (d.kind === "normal") {
    const { mu, sigma } = d as Normal;
    return z.mul(sigma).add(mu);
  }
  if (d.quantile === undefined)
    throw new Error(
      `${caller}: the moments need a base with quantiles, got ${d.kind}; ` +
        "estimate them over draws, p.sample(key, [S]).mean(0)",
    );
  const p = z
    .mul(Math.SQRT1_2)
    .erf()
    .add(1)
    .mul(0.5)
    .clipByValue(1e-7, 1 - 1e-7); //   Φ(z)
  return d.quantile(p.add(tf.zeros([...d.batchShape])));
}
