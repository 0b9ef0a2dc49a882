import { random } from "latent";
import { exploration } from "latent/control";
import { describe, expect, test } from "vitest";

const { observe, productDensity, pseudoCount, tableDensity } = exploration;

/** Outcomes 0 … 6 of unequal probabilities. */
function draws(n: number): number[] {
  const noise = random.stream(random.key(1));
  return Array.from({ length: n }, () => Math.floor(7 * noise.uniform() ** 2));
}

describe("pseudoCount", () => {
  test("solves ρ = N̂ / n̂ and ρ′ = (N̂ + 1) / (n̂ + 1)", () => {
    for (const [count, total] of [
      [3, 10],
      [0.25, 7],
      [1e-9, 1],
      [5e5, 1e6],
    ] as const) {
      const found = pseudoCount(Math.log(count / total), Math.log((count + 1) / (total + 1)));
      // log ρ has a relative error of 10⁻¹⁶ |log ρ|, and the gain, of about 1/N, one of 10⁻¹⁶ N |log ρ|
      const rel = 4e-16 * Math.max(1, count) * Math.abs(Math.log(count / total)) * 10;
      expect(found.count).toBeNear(count, { rel });
      expect(found.total).toBeNear(total, { rel });
    }
  });

  test("holds for probabilities that float64 cannot: n̂ is infinite, N̂ is not", () => {
    const found = pseudoCount(-2000, -2000 + Math.log(1.5));
    expect(found.count).toBeNear(2, { rel: 1e-12 }); // 1 / (ρ′ / ρ − 1), as 1 − ρ′ = 1
    expect(found.predictionGain).toBeCloseTo(Math.log(1.5), 12);
    expect(found.total).toBe(Infinity);
  });

  test("is 0 for what was impossible, and ∞ for what did not become more probable", () => {
    expect(pseudoCount(-Infinity, Math.log(0.25))).toEqual({ count: 0, total: 3, predictionGain: Infinity });
    expect(pseudoCount(-1, -1).count).toBe(Infinity);
    expect(pseudoCount(-1, -2).count).toBe(Infinity);
    expect(pseudoCount(-Infinity, -Infinity).count).toBe(Infinity);
  });

  test("rejects densities", () => {
    expect(() => pseudoCount(0.5, 1)).toThrow(
      "exploration.pseudoCount: logProb must be the logarithm of a probability, at most 0, got 0.5; " +
        "use a model of quantized observations",
    );
    expect(() => pseudoCount(-1, NaN)).toThrow("logProbAfter must be the logarithm of a probability");
  });
});

describe("tables", () => {
  test("the pseudo-count of the empirical distribution is the count", () => {
    const density = tableDensity<number>(7, (k) => k);
    const counts = new Array<number>(7).fill(0);
    let model = density.initial;
    draws(400).forEach((k, n) => {
      const seen = observe(density, model, k);
      if (counts.filter((count) => count > 0).length > 1) {
        // log ρ and log ρ′ are rounded to 2·10⁻¹⁶ max(1, |log ρ|), and their difference is about 1 / N
        const rel = 1e-15 * Math.max(1, n) * Math.max(1, Math.log(n + 1));
        expect(seen.count).toBeNear(counts[k] ?? NaN, { rel });
        expect(seen.total).toBeNear(n, { rel });
      }
      model = seen.model;
      counts[k] = (counts[k] ?? NaN) + 1;
    });
    expect(Array.from(model.counts)).toEqual(counts);
    expect(model.total).toBe(400);
    expect(Array.from(density.initial.counts)).toEqual(new Array(7).fill(0)); // the first one is not changed
  });

  test("a prior adds itself to the count: ½ of Krichevsky and Trofimov", () => {
    const density = tableDensity<number>(7, (k) => k, { prior: 0.5 });
    let model = density.initial;
    const counts = new Array<number>(7).fill(0);
    draws(100).forEach((k, n) => {
      const seen = observe(density, model, k);
      const rel = 1e-15 * (n + 10) * Math.log(n + 10);
      expect(seen.count).toBeNear((counts[k] ?? NaN) + 0.5, { rel });
      expect(seen.total).toBeNear(n + 3.5, { rel });
      model = seen.model;
      counts[k] = (counts[k] ?? NaN) + 1;
    });
  });

  test("with the prior 0, one outcome alone has no pseudo-count", () => {
    const density = tableDensity<number>(2, (k) => k);
    const once = observe(density, density.initial, 1);
    expect(once.count).toBe(0);
    expect(observe(density, once.model, 1).count).toBe(Infinity);
    expect(observe(density, once.model, 0).count).toBe(0);
  });

  test("names what is wrong", () => {
    const density = tableDensity<number>(2, (k) => k);
    expect(() => density.logProb(density.initial, 2)).toThrow(
      "exploration.tableDensity: index must return an integer from 0 to 1, got 2",
    );
    expect(() => tableDensity(0, () => 0)).toThrow("size must be a positive integer, got 0");
    expect(() => tableDensity(2, () => 0, { prior: -1 })).toThrow("prior must be a finite number >= 0");
    expect(() => productDensity([])).toThrow("factors must hold at least one density, got none");
  });
});

describe("products", () => {
  type Pair = readonly [i: number, j: number];
  const density = productDensity<exploration.TableModel, Pair>([
    tableDensity(3, ([i]) => i, { prior: 0.5 }),
    tableDensity(2, ([, j]) => j, { prior: 0.5 }),
  ]);
  const seen: readonly Pair[] = [
    [0, 0],
    [1, 1],
    [1, 1],
    [2, 0],
  ];
  const model = seen.reduce((before, x) => density.update(before, x), density.initial);

  test("has probabilities that sum to 1", () => {
    const all = [0, 1, 2].flatMap((i) => [0, 1].map((j) => Math.exp(density.logProb(model, [i, j]))));
    expect(all.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 14);
    expect(density.logProb(model, [1, 0])).toBeCloseTo(Math.log((2.5 / 5.5) * (2.5 / 5)), 14);
  });

  test("takes what it never saw for familiar, if it saw the parts", () => {
    // ρ = 2.5/5.5 · 2.5/5, ρ′ = 3.5/6.5 · 3.5/6: N̂ = ρ (1 − ρ′) / (ρ′ − ρ) = 1.7975, for a count of 0
    const [before, after] = [(2.5 / 5.5) * (2.5 / 5), (3.5 / 6.5) * (3.5 / 6)];
    const { count } = observe(density, model, [1, 0]);
    expect(count).toBeNear((before * (1 - after)) / (after - before), { rel: 1e-13 });
    expect(count).toBeGreaterThan(1.7);
  });
});
