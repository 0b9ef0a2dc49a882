import { random } from "latent";
import { aggregate } from "latent/metrics";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixtures";

const rliable = fixture("aggregate") as {
  readonly x: number[][];
  readonly y: number[][];
  readonly draws: number;
  readonly values: Readonly<Record<Name, number>>;
  readonly intervals: Readonly<Record<Name, [number, number]>>;
  readonly probabilityOfImprovement: number;
};

type Name = "interquartileMean" | "median" | "mean" | "optimalityGap";

const names: readonly Name[] = ["interquartileMean", "median", "mean", "optimalityGap"];

describe.each(names)("%s", (name) => {
  const statistic = (scores: aggregate.Scores): number => aggregate[name](scores);

  test("equals rliable's", () => {
    expect(statistic(rliable.x)).toBeNear(rliable.values[name], { rel: 1e-12 });
  });

  test("has rliable's interval, within the noise of both bootstraps", () => {
    const DRAWS = 4000;
    const { estimate, lower, upper } = aggregate.bootstrap(rliable.x, statistic, random.key(3), {
      draws: DRAWS,
    });
    expect(estimate).toBeNear(rliable.values[name], { rel: 1e-12 });
    // A quantile's share has the error √(p (1 − p) / n). With six of them, the 2.5 % end lies between those
    // of the shares p ± six errors, which the bootstrap itself gives at other confidences.
    const p = 0.025;
    const slack = 6 * Math.sqrt(p * (1 - p) * (1 / DRAWS + 1 / rliable.draws));
    const ends = (tail: number) =>
      aggregate.bootstrap(rliable.x, statistic, random.key(3), { draws: DRAWS, confidence: 1 - 2 * tail });
    const [wide, narrow] = [ends(p - slack), ends(p + slack)];
    const [low, high] = rliable.intervals[name];
    expect(low).toBeGreaterThan(wide.lower);
    expect(low).toBeLessThan(narrow.lower);
    expect(high).toBeLessThan(wide.upper);
    expect(high).toBeGreaterThan(narrow.upper);
    expect([lower, upper].every(Number.isFinite)).toBe(true);
  });
});

describe("bootstrap", () => {
  test("draws runs within their task", () => {
    // Tasks of one value each: every draw is the scores themselves
    const scores = [
      [1, 1, 1],
      [5, 5],
    ];
    const { estimate, lower, upper } = aggregate.bootstrap(scores, aggregate.mean, random.key(0));
    expect([estimate, lower, upper]).toEqual([13 / 5, 13 / 5, 13 / 5]);
  });

  test("refuses what it cannot resample", () => {
    expect(() => aggregate.bootstrap([[1], []], aggregate.mean, random.key(0))).toThrow(
      "aggregate.bootstrap: scores must hold at least one run of each task, got [1, 0]",
    );
    expect(() => aggregate.mean([[NaN]])).toThrow("aggregate.mean: scores must be finite, got NaN");
    expect(() => aggregate.bootstrap([[1]], aggregate.mean, random.key(0), { confidence: 1 })).toThrow(
      "aggregate.bootstrap: confidence must be between 0 and 1, got 1",
    );
  });
});

describe("probabilityOfImprovement", () => {
  test("equals rliable's, with a tie", () => {
    expect(aggregate.probabilityOfImprovement(rliable.x, rliable.y)).toBeNear(
      rliable.probabilityOfImprovement,
      { rel: 1e-12 },
    );
  });
});
