import { random } from "latent";
import {
  type Cost,
  type Dynamics,
  ilqr,
  inverseControl,
  type Problem,
  quadraticCost,
  rollout,
} from "latent/control";
import { describe, expect, test } from "vitest";
import { item, vector } from "../fixtures";

/** A unicycle with controls of speed and turn: position, heading. */
const unicycle: Dynamics = {
  stateSize: 3,
  controlSize: 2,
  next: ([x = NaN, y = NaN, h = NaN], [v = NaN, w = NaN]) =>
    vector(x + 0.2 * v * Math.cos(h), y + 0.2 * v * Math.sin(h), h + 0.2 * w),
};
const speed: Cost = { stage: (_z, [v = NaN]) => v * v, terminal: () => 0 };
const turn: Cost = { stage: (_z, [, w = NaN]) => w * w, terminal: () => 0 };
/** Stays near the line y = 0. */
const side: Cost = { stage: ([, y = NaN]) => y * y, terminal: ([, y = NaN]) => 3 * y * y };
const parts = [speed, turn, side];
const arrive = quadraticCost({
  goal: [3, 1, 0],
  state: [0, 0, 0],
  control: [1e-9, 1e-9],
  terminal: [400, 400, 400],
});
const TRUTH = [1, 0.6, 2.5];

function walk(weights: ArrayLike<number>): Problem {
  const cost = inverseControl.weightedCost([...parts, arrive], [...Array.from(weights), 1]);
  return { dynamics: unicycle, cost, horizon: 15 };
}
const starts = [[0, 0, 0], [0, -1, 0.5], [0, 2, -0.4], [-1, 0.5, 1]]; // prettier-ignore
const plans = starts.map((start) => ilqr(walk(TRUTH), start, { tolerance: 1e-12 }));

describe("weightedCost", () => {
  const z = vector(0.3, -0.4, 0.2);
  const u = vector(0.7, -0.5);
  const cost = inverseControl.weightedCost([speed, turn, side], [2, 0, 3]);

  test("is the weighted sum, with its expansions", () => {
    expect(cost.stage(z, u, 0)).toBeNear(2 * 0.49 + 3 * 0.16, { abs: 1e-15 });
    expect(cost.terminal(z)).toBeNear(9 * 0.16, { abs: 1e-15 });
    const q = cost.expandStage?.(z, u, 0);
    // Central differences of quadratic functions: rounding, 1e-16 / 1e-8
    expect(q?.u ?? []).toBeNear([4 * 0.7, 0], { abs: 1e-8 });
    expect(q?.z ?? []).toBeNear([0, -6 * 0.4, 0], { abs: 1e-8 });
    expect(q?.uu ?? []).toBeNear([4, 0, 0, 0], { abs: 1e-6 });
    expect(cost.expandTerminal?.(z).zz ?? []).toBeNear([0, 0, 0, 0, 18, 0, 0, 0, 0], { abs: 1e-6 });
  });

  test("a cost without weight is 0", () => {
    const none = inverseControl.weightedCost([speed], [0]);
    expect(none.stage(z, u, 0)).toBe(0);
    expect([...(none.expandStage?.(z, u, 0).u ?? [])]).toEqual([0, 0]);
  });

  test("errors", () => {
    expect(() => inverseControl.weightedCost([], [])).toThrow(
      "inverseControl.weightedCost: parts must be at least one, got none",
    );
    expect(() => inverseControl.weightedCost(parts, [1])).toThrow(
      "inverseControl.weightedCost: weights must have 3 numbers, got 1",
    );
    expect(() => inverseControl.weightedCost(parts, [1, -1, 0])).toThrow(
      "inverseControl.weightedCost: weights must be at least 0, got -1",
    );
  });
});

test("controlGradient is the derivative of the cost of a rollout", () => {
  const controls = Array.from({ length: 15 }, (_, t) => vector(1 + Math.sin(t), 0.3 * Math.cos(t)));
  const problem = walk(TRUTH);
  const start = item(starts, 1);
  const gradient = inverseControl.controlGradient(unicycle, problem.cost, rollout(problem, start, controls));
  const h = 1e-5;
  controls.forEach((_, t) => {
    for (const i of [0, 1]) {
      const at = (by: number): number =>
        rollout(
          problem,
          start,
          controls.map((u, s) => (s === t ? u.map((x, j) => (i === j ? x + by : x)) : u)),
        ).cost;
      // The cost is some 1e4, its rounding 1e-12 / h; the library's own differences are as good
      expect(gradient[2 * t + i] ?? NaN).toBeNear((at(h) - at(-h)) / (2 * h), { abs: 1e-4 });
    }
  });
});

describe("stationaryWeights", () => {
  test("recovers the weights of optimal paths", () => {
    const one = [item(plans, 0)];
    const { weights, residual } = inverseControl.stationaryWeights(unicycle, [speed, turn], one); // not side
    expect(residual).toBeGreaterThan(1e-3);
    expect(weights[0]).toBe(1);
    const all = inverseControl.stationaryWeights(unicycle, parts, plans);
    // Plans are stationary to √(1e-12) of the cost; with `side` a terminal cost counts that the end hides
    expect(all.weights).toBeNear(TRUTH, { abs: 1e-3 });
    expect(all.residual).toBeLessThan(1e-8);
  });

  test("without the end given, the terminal costs count", () => {
    const free: Problem = { ...walk(TRUTH), cost: inverseControl.weightedCost(parts, TRUTH) };
    const pushed = { ...free, cost: inverseControl.weightedCost([...parts, arrive], [...TRUTH, 0.01]) };
    const found = inverseControl.stationaryWeights(
      unicycle,
      [...parts, arrive],
      starts.map((start) => ilqr(pushed, start, { tolerance: 1e-12 })),
      { endGiven: false },
    );
    expect(found.weights).toBeNear([...TRUTH, 0.01], { abs: 1e-3 });
  });

  test("errors", () => {
    const weights =
      (costs: readonly Cost[], paths = plans) =>
      () =>
        inverseControl.stationaryWeights(unicycle, costs, paths);
    expect(weights([speed])).toThrow("inverseControl.stationaryWeights: parts must be at least two, got 1");
    expect(weights(parts, [])).toThrow("trajectories must be at least one, got none");
    expect(weights([speed, turn, turn])).toThrow(
      "parts must have linearly independent derivatives, got some that are not; " +
        "leave one out, or use more varied trajectories",
    );
    expect(() =>
      inverseControl.controlGradient(unicycle, speed, { states: [vector(0, 0, 0)], controls: [] }),
    ).toThrow(
      "inverseControl.controlGradient: trajectory must have one state more than controls, and a control, " +
        "got 1 states and 0 controls",
    );
  });
});

/** A point on a line that is pulled to 1; the weights are of effort, of distance and of speed. */
const point: Dynamics = {
  stateSize: 2,
  controlSize: 1,
  next: ([x = NaN, v = NaN], [u = NaN]) => vector(x + 0.2 * v, v + 0.2 * u),
  linear: () => ({ A: vector(1, 0.2, 0, 1), B: vector(0, 0.2), c: vector(0, 0) }),
};
const lqTruth = [1, 4, 0.5];

function pull(weights: Float64Array): Problem {
  const [effort = NaN, distance = NaN, pace = NaN] = weights;
  return {
    dynamics: point,
    cost: quadraticCost({ goal: [1, 0], state: [distance, pace], control: [effort] }),
    horizon: 12,
  };
}

/** Measured positions of people with these weights; the errors of one path depend on each other. */
function measured(key: number, sd: number, people: number): inverseControl.ObservedPath[] {
  const noise = random.stream(random.key(key));
  return Array.from({ length: people }, () => {
    const start = [noise.uniform(-1, 1), noise.uniform(-1, 1)];
    const { states } = ilqr(pull(Float64Array.from(lqTruth)), start);
    let drift = 0;
    const observed = states.map(([x = NaN]) => {
      drift = 0.8 * drift + noise.normal(0, sd);
      return x + drift;
    });
    return {
      start,
      observed,
      problem: pull,
      measure: (path) => Float64Array.from(path.states, ([x = NaN]) => x),
    };
  });
}

describe("fitCostWeights", () => {
  test("recovers the weights of exact paths", () => {
    const fit = inverseControl.fitCostWeights(measured(1, 0, 4), { initial: [1, 1, 1] });
    expect(fit.converged).toBe(true);
    expect(fit.weights).toBeNear(lqTruth, { rel: 1e-4 });
    expect(fit.squares).toBeLessThan(1e-10);
    expect(fit.measurements).toBe(4 * 13);
    expect(fit.intervals[0]).toEqual([1, 1]);
  });

  test("has intervals that contain the weights as often as they state", () => {
    let inside = 0;
    const runs = 30;
    for (let n = 0; n < runs; n++) {
      const { intervals } = inverseControl.fitCostWeights(measured(10 + n, 0.01, 10), { initial: [1, 1, 1] });
      for (const k of [1, 2]) {
        const [lower, upper] = item(intervals, k);
        if (lower <= (lqTruth[k] ?? NaN) && (lqTruth[k] ?? NaN) <= upper) inside++;
      }
    }
    // 30 independent runs of two intervals of 95 %: three standard errors of 30
    expect(inside / (2 * runs)).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / runs));
    expect(inside).toBeLessThan(2 * runs);
  });

  test("errors", () => {
    const fit = (paths: readonly inverseControl.ObservedPath[], initial: number[]) => () =>
      inverseControl.fitCostWeights(paths, { initial });
    expect(fit(measured(1, 0, 2), [1, 1, 1])).toThrow(
      "inverseControl.fitCostWeights: paths must be at least as many as the 3 weights, got 2",
    );
    expect(fit(measured(1, 0, 3), [1, 0, 1])).toThrow(
      "inverseControl.fitCostWeights: initial[1] must be a positive finite number, got 0",
    );
    expect(
      fit(
        measured(1, 0, 3).map((path) => ({ ...path, observed: [1] })),
        [1, 1, 1],
      ),
    ).toThrow("inverseControl.fitCostWeights: paths[0].observed must have 13 numbers, got 1");
  });
});
