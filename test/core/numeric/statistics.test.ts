import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wilson } from "latent";

describe("wilson", () => {
  // scipy.stats.binomtest(k, n).proportion_ci(c, method="wilson") of SciPy 1.17.1
  test.each([
    [0, 500, 0.95, 0.0, 0.00762434],
    [500, 500, 0.95, 0.99237566, 1.0],
    [13, 500, 0.95, 0.015256384, 0.043971491],
    [431, 500, 0.95, 0.828997986, 0.889481991],
    [7, 20, 0.9, 0.20226004, 0.533487311],
    [1, 1, 0.99, 0.130977543, 1.0],
    [250, 500, 0.5, 0.484924807, 0.515075193],
  ])("agrees with SciPy for %i of %i at %d", (successes, trials, confidence, low, high) => {
    const { share, lower, upper } = wilson(successes, trials, confidence);
    expect(share).toBe(successes / trials);
    // The quantile has a relative error of 4·10⁻⁷.
    expect([lower, upper]).toBeNear([low, high], { abs: 1e-6 });
  });

  test("contains the proportion, stays within [0, 1], and narrows with more trials", () => {
    const counts = fc
      .integer({ min: 1, max: 10_000 })
      .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const { share, lower, upper } = wilson(successes, trials);
        expect(0 <= lower && lower <= share && share <= upper && upper <= 1).toBe(true);
        const more = wilson(4 * successes, 4 * trials);
        expect(more.upper - more.lower).toBeLessThan(upper - lower);
      }),
      { seed: 1 },
    );
  });

  test.each([
    [() => wilson(-1, 5), "successes must be a non-negative integer, got -1"],
    [() => wilson(0, 0), "trials must be a positive integer, got 0"],
    [() => wilson(6, 5), "successes must be at most the 5 trials, got 6"],
    [() => wilson(1, 5, 1), "confidence must be between 0 and 1, got 1"],
  ])("throws on invalid arguments: %#", (act, message) => {
    expect(act).toThrow(new Error(`wilson: ${message}`));
  });
});
