import { random, tf, tree } from "latent";
import { bernoulli, categorical, independent, mixtureSameFamily } from "latent/distributions";
import { em, type EmOptions, type Expectation } from "latent/inference";
import { describe, expect, test } from "vitest";

interface Coins {
  readonly p: tf.Tensor;
}
type CoinStatistics = Record<"heads" | "tosses", tf.Tensor>;

/**
 * Five times, one of two coins is chosen and tossed ten times (Do & Batzoglou 2008, "What is the expectation
 * maximization algorithm?", figure 1). They report 0.71 and 0.58 after the first step from 0.60 and 0.50,
 * 0.80 and 0.52 after ten.
 */
const heads = [5, 9, 8, 4, 7];
const tosses = tf.tensor2d(heads.map((count) => Array.from({ length: 10 }, (_, i) => (i < count ? 1 : 0))));

function coinsEStep({ p }: Coins, x: tf.Tensor): Expectation<CoinStatistics> {
  const logits = p.log().sub(tf.sub(1, p).log());
  const coins = independent(bernoulli(logits.expandDims(1).mul(tf.ones([2, 10]))));
  const mixture = mixtureSameFamily(categorical(tf.zeros([2])), coins);
  const r = mixture.posterior(x).probs(); //                                                     [5, 2]
  return {
    statistics: { heads: r.mul(x.sum(1, true)).sum(0), tosses: r.mul(10).sum(0) },
    logProb: mixture.logProb(x),
  };
}

const coins = {
  params: { p: tf.tensor1d([0.6, 0.5]) },
  data: tosses,
  eStep: coinsEStep,
  mStep: (s: CoinStatistics): Coins => ({ p: s["heads"].div(s["tosses"]) }),
} satisfies EmOptions<Coins, tf.Tensor, CoinStatistics>;

describe("em", () => {
  test("estimates two coins as Do and Batzoglou do", async () => {
    const first = await em({ ...coins, maxIterations: 1 });
    expect(first.params.p).toBeNear([0.71, 0.58], { abs: 0.005 });
    const tenth = await em({ ...coins, maxIterations: 10, tolerance: -Infinity });
    expect(tenth.params.p).toBeNear([0.8, 0.52], { abs: 0.005 });
    expect(tenth).toMatchObject({ iterations: 10, converged: false });
    tenth.logLikelihoods.forEach((after, i) => {
      expect(after).toBeGreaterThanOrEqual((tenth.logLikelihoods[i - 1] ?? -Infinity) - 1e-6);
    });
  });

  test("stops when the likelihood stops rising, and ends its list with that of the result", async () => {
    const { params, logLikelihoods, iterations, converged } = await em({ ...coins, tolerance: 1e-5 });
    expect(converged).toBe(true);
    expect(logLikelihoods).toHaveLength(iterations + 1);
    const [before = NaN, last = NaN] = logLikelihoods.slice(-2);
    expect(last - before).toBeLessThanOrEqual(1e-5);
    expect(last).toBeNear((coinsEStep(params, tosses).logProb as tf.Tensor).mean(), { abs: 1e-6 });
  });

  test("with no iterations returns the start and its likelihood", async () => {
    const { params, logLikelihoods } = await em({ ...coins, maxIterations: 0 });
    expect(params.p).toBeNear(coins.params.p, {});
    expect(logLikelihoods).toHaveLength(1);
  });

  test("does not change its parameters, also when a step or a report throws", async () => {
    const before = tf.memory().numTensors;
    const { params } = await em({ ...coins, maxIterations: 3 });
    expect(tf.memory().numTensors - before).toBe(1);
    tree.dispose(params);
    const stop = (): never => {
      throw new Error("stop");
    };
    await expect(em({ ...coins, mStep: stop })).rejects.toThrow("stop");
    await expect(
      em({ ...coins, report: ({ iteration }) => (iteration === 2 ? stop() : undefined) }),
    ).rejects.toThrow("stop");
    expect(tf.memory().numTensors).toBe(before);
    expect(coins.params.p.isDisposed).toBe(false);
  });

  test("rejects a likelihood that is not finite, naming the iteration", async () => {
    const toNaN = { ...coins, mStep: (): Coins => ({ p: tf.tensor1d([NaN, 0.5]) }) };
    await expect(em(toNaN)).rejects.toThrow(
      new Error(
        "em: the log-likelihood must be finite, got NaN after 1 iterations; " +
          "check the data for NaN, and keep the M-step from densities that grow without bound",
      ),
    );
  });

  test("rejects options out of range", async () => {
    await expect(em({ ...coins, maxIterations: 1.5 })).rejects.toThrow(
      new Error("em: maxIterations must be a non-negative integer, got 1.5"),
    );
    await expect(em({ ...coins, tolerance: NaN })).rejects.toThrow(
      new Error("em: tolerance must be a number, got NaN"),
    );
  });
});

describe("Monte Carlo EM", () => {
  /**
   * x = w z + noise, z ~ N(0, 1), noise ~ N(0, 1): x ~ N(0, w² + 1), with the ML estimate w² = mean of x² −
   * 1.
   */
  const x = random.normal(random.key(1), [500]).mul(2);
  const draws = 50;
  type Slope = { readonly w: tf.Tensor };

  const eStep = (
    { w }: Slope,
    data: tf.Tensor,
    key: random.Key,
  ): Expectation<Record<"xz" | "zz", tf.Tensor>> => {
    const precision = w.square().add(1); //                       z|x ~ N(w x / (w² + 1), 1 / (w² + 1))
    const noise = random.normal(key, [draws, 500]);
    const z = data.mul(w).div(precision).add(noise.div(precision.sqrt()));
    return { statistics: { xz: z.mul(data).mean(), zz: z.square().mean() } };
  };

  const run = (compiler: "off" | "auto") => {
    const path: number[] = [];
    return em({
      params: { w: tf.scalar(0.5) },
      data: x,
      eStep,
      mStep: ({ xz, zz }): Slope => ({ w: xz.div(zz) }),
      key: random.key(2),
      maxIterations: 100,
      jit: { compiler },
      report: ({ params, logLikelihood }) => {
        expect(logLikelihood).toBeUndefined();
        path.push(params.w.dataSync()[0] ?? NaN);
      },
    }).then((result) => ({ ...result, path }));
  };

  test("converges to the maximum likelihood estimate and fluctuates around it", async () => {
    const { path, logLikelihoods, iterations } = await run("auto");
    const exact = Math.sqrt((tf.mean(x.square()).dataSync()[0] ?? NaN) - 1);
    const late = path.slice(50);
    const centre = late.reduce((sum, w) => sum + w, 0) / late.length;
    // One M-step has the noise of 25,000 draws, about 1/√25000 of w; steps are correlated over about ten of
    // the fifty
    expect(centre).toBeNear(exact, { abs: (6 * exact) / Math.sqrt(25_000) });
    expect(new Set(late).size).toBe(late.length);
    expect([logLikelihoods.length, iterations]).toEqual([0, 100]);
  });

  test("draws the same numbers compiled and eagerly", async () => {
    const [here, there] = [await run("off"), await run("auto")];
    expect(there.path).toBeNear(here.path, { abs: 1e-4 });
  });
});
