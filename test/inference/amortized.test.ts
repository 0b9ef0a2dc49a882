import { random, tf, tree } from "latent";
import { independent, kl, normal } from "latent/distributions";
import { amortized, localNormal, svi } from "latent/inference";
import { probabilisticPca } from "latent/models";
import { describe, expect, test } from "vitest";

// prettier-ignore
const model = probabilisticPca.create({ weights: [[1, 0.5], [0, 1], [1, -1], [0.5, 0.5]], sigma: 0.8 });
const { x } = probabilisticPca.sample(model, random.key(1), 11);
function logJoint(rows: tf.Tensor, z: tf.Tensor): tf.Tensor {
  return probabilisticPca.logJoint(model, rows, z);
}
/** A poor encoder: μ is the first two coordinates of x. */
function encode(rows: tf.Tensor) {
  return independent(normal(tf.slice(rows, [0, 0], [-1, 2]), tf.scalar(0.7)));
}

describe("amortized.elbo", () => {
  test("is the bound with the encoder's distributions as the q_i", () => {
    tf.tidy(() => {
      const bound = amortized.elbo(logJoint, encode, x, random.key(2), { samples: 5 });
      expect(bound).toHaveShape([11]);
      const local = svi.elbo((z) => logJoint(x, z), encode(x), random.key(2), { samples: 5 });
      expect(bound).toBeNear(local, {});
      const draws = amortized.elbo(logJoint, encode, x, random.key(3), { samples: 20_000 });
      // log p(x, z) is quadratic in z; its standard deviation under this q is below 6 nats
      const off = draws.sub(probabilisticPca.elbo(model, x, encode(x)));
      expect(off.abs().max()).toBeNear(0, { abs: 6 * 6 / Math.sqrt(20_000) }); // prettier-ignore
    });
    expect(() =>
      amortized.elbo(logJoint, (rows) => tree.tidy(() => encode(rows)), x, random.key(2)),
    ).toLeaveTensors(1);
  });

  test("rejects an encoder whose batch is not one distribution per row", () => {
    expect(() => amortized.elbo(logJoint, (rows) => normal(rows, tf.scalar(1)), x, random.key(2))).toThrow(
      new Error(
        "amortized.elbo: encode(x) must be a batch [B=11] of distributions, one per row of x, " +
          "got a batch [11, 4]; wrap it in independent(...) if z is a vector",
      ),
    );
  });

  test("names itself in errors about draws and log p(x, z)", () => {
    expect(() => amortized.elbo(logJoint, encode, x, random.key(2), { samples: 0 })).toThrow(
      new Error("amortized.elbo: samples must be a positive integer, got 0"),
    );
    expect(() => amortized.elbo((_, z) => z.sum(), encode, x, random.key(2), { samples: 3 })).toThrow(
      new Error(
        "amortized.elbo: logJoint(x, z) must be [3, 11], " +
          "one number per draw and member of the batch of q, got []",
      ),
    );
  });
});

test("amortized.localOf copies the encoder's distributions into new tensors", () => {
  const q = encode(x);
  const before = tf.memory().numTensors;
  const local = amortized.localOf(q);
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(localNormal.posterior(local).mean()).toBeNear(q.mean(), {});
  expect(localNormal.posterior(local).variance()).toBeNear(q.variance(), { rel: 1e-6 });
});

test("amortized.localOf keeps standard deviations whose squares underflow", () => {
  const q = independent(normal(tf.zeros([2, 3]), tf.tensor1d([1e-30, 1, 1e25])));
  const { logSigma } = amortized.localOf(q);
  expect(logSigma).toHaveShape([2, 3]);
  const expected = [-30 * Math.LN10, 0, 25 * Math.LN10];
  // of σ and of its logarithm, a rounding each
  expect(logSigma).toBeNear([...expected, ...expected], { rel: 2 ** -22 });
});

describe("amortized.refine", () => {
  test("converges to the best diagonal q_i, with the posterior's mean and variances 1/Λ_jj", async () => {
    const start = amortized.localOf(encode(x));
    const seen: number[] = [];
    const refined = await amortized.refine((z) => logJoint(x, z), start, random.key(4), {
      steps: 500,
      learningRate: 0.03,
      every: 250,
      report: (q, step) => {
        seen.push(step);
        expect(tree.leaves(q)).toHaveLength(2);
      },
    });
    expect(seen).toEqual([0, 250, 500]);
    const precision = tf.matMul(model.weights, model.weights, true).div(0.64).add(tf.eye(2));
    const posterior = probabilisticPca.posterior(model, x);
    const best = independent(normal(posterior.mu, precision.mul(tf.eye(2)).sum(0).rsqrt()));
    // Adam's noise costs KL = α √Λ / (4 √S) per parameter (svi.test.ts): with α = 0.003 at the end, Λ < 5.4
    // and S = 16, below 0.0005 for 4 parameters. That is the mean of a distribution with a similar spread,
    // and the largest of 11 values stays below ten times that.
    const gap = kl(localNormal.posterior(refined), best);
    expect(gap.mean().dataSync()[0]).toBeLessThan(0.004);
    expect(gap.max().dataSync()[0]).toBeLessThan(0.02);
    const [before, after] = [start, refined].map((q) =>
      probabilisticPca.elbo(model, x, localNormal.posterior(q)),
    ) as [tf.Tensor, tf.Tensor];
    const gaps = amortized.inferenceGaps({
      logProb: probabilisticPca.logProb(model, x),
      refined: after,
      amortized: before,
    });
    expect(gaps.approximation.min().dataSync()[0]).toBeGreaterThan(0);
    expect(gaps.amortization.min().dataSync()[0]).toBeGreaterThan(0);
    expect(gaps.inference).toBeNear(gaps.approximation.add(gaps.amortization), { abs: 1e-5 });
  });

  test("leaves only its result, and does not change the start", async () => {
    const start = amortized.localOf(encode(x));
    const values = [...start.mu.dataSync()];
    const run = () => amortized.refine((z) => logJoint(x, z), start, random.key(4), { steps: 2 });
    tree.dispose(await run()); // the first call creates tensors that the kernels keep
    const before = tf.memory().numTensors;
    const q = await run();
    expect(tf.memory().numTensors).toBe(before + 2);
    expect(start.mu).toBeNear(tf.tensor2d(values, [11, 2]), {});
    tree.dispose([q, start]);
  });

  test.each([
    [{ steps: 0 }, "amortized.refine: steps must be a positive integer, got 0"],
    [{ steps: 1, learningRate: 0 }, "amortized.refine: learningRate must be a positive finite number, got 0"],
    [{ steps: 1, samples: 0 }, "amortized.refine: samples must be a positive integer, got 0"],
    [{ steps: 1, every: 0 }, "amortized.refine: every must be a positive integer, got 0"],
    [{ steps: 1, every: 0.5 }, "amortized.refine: every must be a positive integer, got 0.5"],
  ])("rejects %o", async (options, message) => {
    const start = localNormal.init(11, 2);
    await expect(amortized.refine((z) => logJoint(x, z), start, random.key(4), options)).rejects.toThrow(
      new Error(message),
    );
  });
});

test("amortized.refine rejects a log p(x, z) of another shape, naming itself", async () => {
  const start = localNormal.init(11, 2);
  await expect(
    amortized.refine((z) => z.sum(), start, random.key(4), { steps: 1, samples: 3 }),
  ).rejects.toThrow(
    new Error(
      "amortized.refine: logJoint(z) must be [3, 11], " +
        "one number per draw and member of the batch of q, got []",
    ),
  );
});

test("amortized.inferenceGaps leaves only its result, and rejects bounds of different shapes", () => {
  const bounds = { logProb: tf.zeros([3]), refined: tf.fill([3], -1), amortized: tf.fill([3], -3) };
  const gaps = amortized.inferenceGaps(bounds);
  expect([gaps.inference, gaps.approximation, gaps.amortization].map((g) => g.dataSync()[0])).toEqual([
    3, 1, 2,
  ]);
  const before = tf.memory().numTensors;
  amortized.inferenceGaps(bounds);
  expect(tf.memory().numTensors).toBe(before + 3);
  expect(() => amortized.inferenceGaps({ ...bounds, refined: tf.zeros([2]) })).toThrow(
    new Error("amortized.inferenceGaps: refined must be [3], the shape of logProb, got [2]"),
  );
});
