import { random } from "latent";
import { inverseRl, mdp } from "latent/control";
import { describe, expect, test } from "vitest";
import { item, numbers, processOf, softControl } from "../mdp/fixtures";

const OBJECTIVES = ["actions", "features", "paths"] as const;

describe.each(softControl.inverse)("inverse reinforcement learning, case %#", (given) => {
  const model = processOf(given.p);
  const features = { count: given.count, stage: numbers(given.stage), final: numbers(given.final) };
  const { episodes, horizon, priorSd } = given;
  const tasks = [{ model, features, episodes }];
  const truth = numbers(given.truth);

  describe.each(OBJECTIVES)("objective %s", (objective) => {
    const solved = given.objectives[objective];

    test("has the value of an enumeration of paths", () => {
      const { value } = inverseRl.rewardObjective(tasks, truth, { horizon, objective });
      expect(value).toBeNear(solved.atTruth, { abs: 1e-12 });
    });

    test("has the gradient of finite differences", () => {
      const { gradient } = inverseRl.rewardObjective(tasks, truth, { horizon, objective });
      const h = 1e-5;
      const differences = truth.map((_, k) => {
        const at = (by: number): number =>
          inverseRl.rewardObjective(
            tasks,
            truth.map((x, i) => (i === k ? x + by : x)),
            { horizon, objective },
          ).value;
        return (at(h) - at(-h)) / (2 * h);
      });
      // Truncation h² · third derivative of some 10, rounding 1e-15 / h
      expect(gradient).toBeNear(differences, { abs: 1e-8 });
    });

    test("has SciPy's maximum", () => {
      const fit = inverseRl.fitRewards(tasks, { horizon, objective, priorSd });
      expect(fit.converged).toBe(true);
      expect(fit.value).toBeNear(solved.value, { abs: 1e-7 });
      // SciPy's slope, differences with rounding of 1e-8, over a curvature of at least 0.01
      expect(fit.weights).toBeNear(solved.weights, { abs: 1e-5 });
    });
  });

  test("the gradients of features and paths are features minus expected ones, by the forward pass", () => {
    const start = new Float64Array(model.states);
    const mean = new Float64Array(features.count);
    for (const episode of episodes) {
      const s = item(episode.states, 0);
      start[s] = (start[s] ?? NaN) + 1 / episodes.length;
      inverseRl
        .featureCounts(model, features, episode)
        .forEach((x, k) => (mean[k] = (mean[k] ?? NaN) + x / episodes.length));
    }
    const expected = ({ visits, last }: mdp.Occupancy): Float64Array =>
      mean.map((_, k) => {
        const sum = (p: Float64Array, f: Float64Array): number =>
          p.reduce((total, x, row) => total + x * (f[row * features.count + k] ?? NaN), 0);
        return sum(visits, features.stage) + sum(last, features.final);
      });
    const rewards = inverseRl.rewardsOf(features, truth);
    const minus = (f: Float64Array): Float64Array => mean.map((x, k) => x - (f[k] ?? NaN));
    const causal = mdp.softPolicy(model, rewards, { horizon });
    expect(inverseRl.rewardObjective(tasks, truth, { horizon, objective: "features" }).gradient).toBeNear(
      minus(expected(mdp.occupancy(model, start, causal.policies))),
      { abs: 1e-12 },
    );
    const paths = mdp.softPolicy(model, rewards, { horizon, outcomes: "inferred" });
    const models = paths.policies.map((_, t) => mdp.posteriorOutcomes(model, item(paths.values, t + 1)));
    expect(inverseRl.rewardObjective(tasks, truth, { horizon, objective: "paths" }).gradient).toBeNear(
      minus(expected(mdp.occupancy(models, start, paths.policies))),
      { abs: 1e-12 },
    );
  });
});

describe.each(softControl.inverseStationary)("without a horizon, case %#", (given) => {
  const model = processOf(given.p);
  const features = { count: given.count, stage: numbers(given.stage) };
  const { discount, priorSd, episodes } = given;
  const tasks = [{ model, features, episodes }];

  test("the fit is SciPy's maximum", () => {
    const initial = Float64Array.from({ length: given.count }, (_, k) => (k === 0 ? 3 : 0)); // cost of a step
    const fit = inverseRl.fitRewards(tasks, { discount, priorSd, initial });
    expect(fit.converged).toBe(true);
    expect(fit.value).toBeNear(given.value, { abs: 1e-7 });
    // SciPy stops at a slope of 1e-6, over a curvature of at least 0.01
    expect(fit.weights).toBeNear(given.weights, { abs: 1e-3 });
  });

  test("the gradients are those of finite differences", () => {
    const theta = numbers(given.weights);
    for (const objective of ["actions", "features"] as const) {
      const at = (weights: Float64Array) =>
        inverseRl.rewardObjective(tasks, weights, { discount, objective });
      const h = 1e-5;
      const differences = theta.map((_, k) => {
        const moved = (by: number) => theta.map((x, i) => (i === k ? x + by : x));
        return (at(moved(h)).value - at(moved(-h)).value) / (2 * h);
      });
      expect(at(theta).gradient).toBeNear(differences, { abs: 1e-6 }); // values converge to 1e-12 / h
    }
  });
});

/** A line of five cells; moves left and right, and a one-hot feature of the cell. */
function line(slip: number) {
  return mdp.create({
    states: 5,
    actions: 2,
    outcomes: (s, a) => {
      const to = (move: number) => Math.min(4, Math.max(0, s + 2 * move - 1));
      return slip === 0 ? [[to(a), 1]] : [[to(a), 1 - slip], [to(1 - a), slip]]; // prettier-ignore
    },
  });
}
const oneHot = Float64Array.from({ length: 25 }, (_, k) => (k % 6 === 0 ? 1 : 0));
const middle = Float64Array.of(0, 0, 1, 0, 0);
const horizon = 6;

function demonstrate(slip: number, key: number, episodes: number) {
  const model = line(slip);
  const features = inverseRl.stateFeatures(model, oneHot);
  const { policies } = mdp.softPolicy(model, inverseRl.rewardsOf(features, middle), { horizon });
  const start = new Float64Array(5).fill(0.2);
  return [{ model, features, episodes: mdp.sample(random.key(key), model, start, policies, { episodes }) }];
}

test("in a deterministic world the three objectives are one", () => {
  const tasks = demonstrate(0, 1, 30);
  const [a, f, p] = OBJECTIVES.map((objective) =>
    inverseRl.rewardObjective(tasks, middle, { horizon, objective }),
  );
  expect(f?.value).toBeNear(a?.value ?? NaN, { abs: 1e-12 });
  expect(p?.value).toBeNear(a?.value ?? NaN, { abs: 1e-12 });
  expect(f?.gradient ?? []).toBeNear(a?.gradient ?? [], { abs: 1e-12 });
  expect(p?.gradient ?? []).toBeNear(a?.gradient ?? [], { abs: 1e-12 });
});

test("in a stochastic world they differ", () => {
  const tasks = demonstrate(0.2, 1, 30);
  const gradients = OBJECTIVES.map(
    (objective) => inverseRl.rewardObjective(tasks, middle, { horizon, objective }).gradient,
  );
  for (const [i, j] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const)
    // prettier-ignore
    expect(
      Math.hypot(...item(gradients, i).map((g, k) => g - (gradients[j]?.[k] ?? NaN))),
    ).toBeGreaterThan(0.01);
});

test("a constant that is added to all rewards is left to the prior", () => {
  const { weights, covariance } = inverseRl.fitRewards(demonstrate(0.2, 2, 50), { horizon, priorSd: 2 });
  // One-hot features sum to the number of states of an episode, so that Σ_k θ_k has its prior, N(0, 5 · 2²)
  expect(weights.reduce((sum, w) => sum + w, 0)).toBeNear(0, { abs: 1e-5 });
  expect(covariance.reduce((sum, c) => sum + c, 0)).toBeNear(20, { rel: 1e-4 });
});

test("intervals have the coverage that they state", () => {
  // Differences to the middle cell, whose posterior is the likelihood's: 40 worlds, four differences each
  let inside = 0;
  for (let n = 0; n < 40; n++) {
    const { weights, covariance } = inverseRl.fitRewards(demonstrate(0.1, 100 + n, 60), { horizon });
    for (const k of [0, 1, 3, 4]) {
      const variance =
        (covariance[k * 6] ?? NaN) + (covariance[12] ?? NaN) - 2 * (covariance[k * 5 + 2] ?? NaN);
      const error = (weights[k] ?? NaN) - (weights[2] ?? NaN) + 1;
      if (Math.abs(error) < 1.96 * Math.sqrt(variance)) inside++;
    }
  }
  // 152 of 160 expected. The four of one world are dependent, so that 160 count as 40 at least: three se
  expect(inside / 160).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / 40));
  expect(inside).toBeLessThan(160);
});

describe("errors", () => {
  const [task] = demonstrate(0, 3, 2);
  const fit =
    (episodes: readonly mdp.Episode[], options: inverseRl.FitRewardsOptions = { horizon: 2 }) =>
    () =>
      inverseRl.fitRewards(task === undefined ? [] : [{ ...task, episodes }], options);

  test("of episodes", () => {
    expect(fit([])).toThrow("inverseRl.fitRewards: tasks must have at least one episode, got none");
    expect(fit([{ states: [0, 1], actions: [] }])).toThrow(
      "inverseRl.fitRewards: tasks[0].episodes[0] must have one state more than actions, " +
        "got 2 states and 0 actions",
    );
    expect(fit([{ states: [0, 2, 3], actions: [1, 1] }])).toThrow(
      "inverseRl.fitRewards: tasks[0].episodes[0] must be possible in its process, " +
        "got action 1 from state 0 to 2 at step 0",
    );
    expect(fit([{ states: [0, 1], actions: [1] }])).toThrow(
      "tasks[0].episodes[0] must last until the horizon 2 or end in a terminal state, got 1 actions",
    );
    expect(fit([{ states: [0, 1, 2, 3], actions: [1, 1, 1] }])).toThrow(
      "tasks[0].episodes[0] must have at most 2 actions, the horizon, got 3",
    );
  });

  test("of options", () => {
    const good = [{ states: [0, 1, 2], actions: [1, 1] }];
    expect(fit(good, { horizon: 2, discount: 0.9 })).toThrow(
      "inverseRl.fitRewards: discount must be 1 with a horizon, got 0.9; leave one of them out",
    );
    expect(fit(good, { discount: 0.9, objective: "paths" })).toThrow(
      'inverseRl.fitRewards: objective "paths" needs a horizon, got none; pass one',
    );
    expect(fit(good, { horizon: 2, priorSd: 0 })).toThrow(
      "inverseRl.fitRewards: priorSd must be a positive finite number, got 0",
    );
    expect(fit(good, { discount: 1 })).toThrow(
      "inverseRl.fitRewards: the values of the first weights must converge; pass lower ones as initial",
    );
    expect(() => inverseRl.stateFeatures(line(0), new Float64Array(7))).toThrow(
      "inverseRl.stateFeatures: the number of features of a state must be a positive integer, got 1.4",
    );
  });
});
