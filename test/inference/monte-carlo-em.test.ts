import { random, tf, tree } from "latent";
import { em } from "latent/inference";
import { describe, expect, test } from "vitest";

/** x = w z + noise with z ~ N(0, 1) and noise ~ N(0, 1), so that z|x ~ N(w x v, v) with v = 1 / (w² + 1). */
const N = 200;
const x = random.normal(random.key(1), [N]).mul(2);
const start = 0.5;
const v = 1 / (start ** 2 + 1);

/** One M-step, w = Σ E[x z] / Σ E[z²], with S draws of each z. */
async function monteCarloStep(key: random.Key, draws: number): Promise<number> {
  const { params } = await em({
    params: { w: tf.scalar(start) },
    data: x,
    eStep: ({ w }, data, drawKey) => {
      const noise = random.normal(drawKey, [draws, N]).mul(Math.sqrt(v));
      const z = data.mul(w).mul(v).add(noise); // [S, N]
      return { statistics: { xz: z.mul(data).mean(), zz: z.square().mean() } };
    },
    mStep: ({ xz, zz }) => ({ w: xz.div<tf.Scalar>(zz) }),
    key,
    maxIterations: 1,
    jit: { compiler: "off" },
  });
  const w = params.w.dataSync()[0] ?? NaN;
  tree.dispose(params);
  return w;
}

describe("one step of Monte Carlo EM", () => {
  const points = Array.from(x.dataSync());
  const mean = (f: (xn: number, m: number) => number): number =>
    points.reduce((sum, xn) => sum + f(xn, start * xn * v), 0) / N;
  const zz = mean((_, m) => m * m + v);
  const exact = mean((xn, m) => xn * m) / zz;
  // Delta method: the error of the ratio is that of the mean of x z − w z², over E z². With z = m + √v ε each
  // term has variance v (x − 2 w m)² + 2 w² v², as ε and ε² − 1 are uncorrelated with variances 1 and 2
  const perDraw = mean((xn, m) => v * (xn - 2 * exact * m) ** 2 + 2 * exact ** 2 * v ** 2);
  const standardError = (draws: number): number => Math.sqrt(perDraw / (N * draws)) / zz;

  test.each([1, 10, 100])(
    "with %d draws of each z differs from the exact step by its standard error",
    async (draws) => {
      const runs = 60;
      let sumOfSquares = 0;
      for (let run = 0; run < runs; run++) {
        const w = await monteCarloStep(random.fold(random.key(2), run), draws);
        sumOfSquares += ((w - exact) / standardError(draws)) ** 2;
      }
      // χ² with 60 degrees of freedom: mean 60, standard deviation √120 = 11. Five below, six above, as it is
      // skewed
      expect(sumOfSquares).toBeGreaterThan(60 - 5 * Math.sqrt(120));
      expect(sumOfSquares).toBeLessThan(60 + 6 * Math.sqrt(120));
    },
  );

  test("with very many draws equals the exact step", async () => {
    const draws = 5_000;
    const w = await monteCarloStep(random.key(3), draws);
    expect(w).toBeNear(exact, { abs: 6 * standardError(draws) });
  });
});
