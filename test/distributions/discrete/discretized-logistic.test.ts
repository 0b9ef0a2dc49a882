import { random, tf } from "latent";
import { discretizedLogistic } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { expected } from "../../control/exploration/fixtures";
import { columns } from "../../support/statistics";

const { logistic } = expected;

describe("discretizedLogistic", () => {
  const d = discretizedLogistic(tf.tensor1d([...logistic.mu]), tf.tensor1d([...logistic.scale]), 256);
  const k = tf.tensor1d([...logistic.k]).expandDims(1); //                                         [k, 1]

  test("has mpmath's log probabilities, also far out in the tails", () => {
    // softplus and log err by 2·10⁻⁷, relative, and three of them are added: 10⁻⁶ of the largest
    expect(d.logProb(k).transpose()).toBeNear(logistic.logProb.flat(), { abs: 5e-6, rel: 1e-6 });
  });

  test("has the distribution function that its probabilities sum to, constant between levels", () => {
    const levels = tf.range(0, 256).expandDims(1);
    const sums = columns(d.logProb(levels).exp()).flatMap((p) => {
      let sum = 0;
      return p.map((x) => (sum += x));
    });
    const found = columns(d.cdf(levels.add(0.25))).flat();
    expect(found).toBeNear(sums, { abs: 256 * 6e-8 }); // rounding of 256 terms
    expect(d.cdf(tf.fill([7], -0.5))).toBeNear(0, {});
    expect(d.cdf(tf.fill([7], 300))).toBeNear(1, {});
  });

  test("its mode is the level next to μ, at the ends where μ is outside", () => {
    const modes = Array.from(d.mode().dataSync());
    expect([0, 1, 2, 4, 5].map((i) => modes[i])).toEqual([0, 3, 100, 255, 0]); // the others have two modes
    expect(discretizedLogistic(2.2, 0.5, 9).mode()).toBeNear(2, {});
  });

  test("is −∞ between and outside the levels", () => {
    expect(discretizedLogistic(1, 1, 4).logProb(tf.tensor1d([-1, 0.5, 4]))).toBeNear(-Infinity, {});
  });

  test("draws levels as integers", () => {
    const x = discretizedLogistic(1, 3, 4).sample(random.key(1), [1000]);
    expect(x.dtype).toBe("int32");
    expect([x.min().dataSync()[0], x.max().dataSync()[0]]).toEqual([0, 3]);
  });

  test("names what is wrong", () => {
    expect(() => discretizedLogistic(0, 1, 1)).toThrow(
      "discretizedLogistic: levels must be an integer >= 2, got 1",
    );
    expect(() => discretizedLogistic(tf.zeros([2]), tf.ones([3]), 4)).toThrow("discretizedLogistic: ");
  });
});
