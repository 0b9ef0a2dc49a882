import { random } from "latent";
import { linearDynamics, linearQuadratic, lqrFlm, type Problem, quadraticCost } from "latent/control";
import { describe, expect, test } from "vitest";
import { item, vector } from "../fixtures";
import { array, costOf, flm, localOf, policyOf } from "./fixtures";

describe.each(flm.moments)("a policy in local models, case %#", (numbers) => {
  const local = localOf(numbers.local);
  const [policy, other] = [policyOf(numbers.policy), policyOf(numbers.other)];
  // The joint covariance of up to 28 numbers has a condition below 1e6
  const near = { abs: 1e-9, rel: 1e-9 };

  test("has the states of the joint normal distribution", () => {
    lqrFlm.marginals(local, policy).forEach(({ mean, covariance }, t) => {
      expect(mean).toBeNear(item(numbers.means, t), near);
      expect(covariance).toBeNear(array(item(numbers.covariances, t)), near);
    });
  });

  test("has the KL divergence of the joint normal distributions of trajectories", () => {
    expect(lqrFlm.trajectoryKl(local, policy, other)).toBeNear(numbers.kl, near);
    expect(lqrFlm.trajectoryKl(local, policy, policy)).toBeNear(0, { abs: 1e-12 });
  });

  test("has the expected cost of the joint normal distribution", () => {
    expect(lqrFlm.expectedCost(local, costOf(numbers.cost), policy)).toBeNear(numbers.expectedCost, near);
  });

  test.each([0.01, 1, 30])("is improved to a KL divergence of %d nats", (epsilon) => {
    const improved = lqrFlm.improve(local, costOf(numbers.cost), policy, epsilon);
    // The bisection ends within 1e-10 of ε, or where rounding of the KL, 1e-15 times some hundred, hides more
    expect(improved.kl).toBeNear(epsilon, { rel: 1e-10, abs: 1e-13 });
    expect(improved.kl).toBeLessThanOrEqual(epsilon);
    expect(lqrFlm.trajectoryKl(local, improved.policy, policy)).toBe(improved.kl);
    const costOfPolicy = (p: lqrFlm.GaussianPolicy): number =>
      lqrFlm.expectedCost(local, costOf(numbers.cost), p);
    expect(costOfPolicy(improved.policy)).toBeLessThan(costOfPolicy(policy));
  });
});

describe.each(flm.constrained)("the best policy within $epsilon nats, case %#", (numbers) => {
  const [local, cost, old] = [localOf(numbers.local), costOf(numbers.cost), policyOf(numbers.old)];

  test("is that of SciPy's constrained minimization over all policies", () => {
    const { policy } = lqrFlm.improve(local, cost, old, numbers.epsilon);
    const best = lqrFlm.expectedCost(local, cost, policy);
    // SLSQP stops at a change of 1e-14, which leaves 1e-6 or so of each number, and 1e-10 of the cost
    expect(best).toBeNear(numbers.expectedCost, { abs: 1e-9 });
    policyOf(numbers.policy).forEach((expected, t) => {
      const { K, k, S } = item(policy, t);
      expect(K).toBeNear(expected.K, { abs: 1e-4 });
      expect(k).toBeNear(expected.k, { abs: 1e-4 });
      expect(S).toBeNear(expected.S, { abs: 1e-4 });
    });
  });
});

describe.each(flm.oneStep)("one control within $epsilon nats", (numbers) => {
  const zero = vector(0);
  const local = {
    initial: { mean: vector(0.3), covariance: vector(0.2) },
    models: [{ A: vector(1), B: vector(0), c: zero, W: vector(0.1) }],
  };
  const { weight, goal } = numbers;
  const cost = {
    costs: [{ value: 0, z: zero, u: vector(-weight * goal), zz: zero, uz: zero, uu: vector(weight) }],
    terminal: { value: 0, z: zero, zz: zero },
  };
  const old = [{ K: zero, k: vector(numbers.oldMean), S: vector(numbers.oldVariance) }];

  test("is the product of the old one and exp(−cost / η), with the η of the closed form", () => {
    const { policy, eta, kl } = lqrFlm.improve(local, cost, old, numbers.epsilon);
    const { K, k, S } = item(policy, 0);
    // KL within 1e-10 of ε, and a slope dKL / d log η of order ε
    expect(eta).toBeNear(numbers.eta, { rel: 1e-9 });
    expect(k).toBeNear([numbers.mean], { abs: 1e-9 });
    expect(S).toBeNear([numbers.variance], { abs: 1e-9 });
    expect(K).toBeNear([0], { abs: 0 });
    expect(kl).toBeNear(numbers.epsilon, { rel: 1e-10 });
  });
});

test("a cost that does not depend on the controls leaves the policy as it is", () => {
  const local = localOf(item(flm.moments, 0).local);
  const cost = costOf(item(flm.moments, 0).cost);
  const nothing = {
    costs: cost.costs.map((c) => ({
      ...c,
      z: vector(0),
      u: vector(0),
      zz: vector(0),
      uz: vector(0),
      uu: vector(0),
    })),
    terminal: { ...cost.terminal, z: vector(0), zz: vector(0) },
  };
  const old = policyOf(item(flm.moments, 0).policy);
  const { policy, kl } = lqrFlm.improve(local, nothing, old, 1);
  expect(kl).toBeNear(0, { abs: 1e-12 });
  policy.forEach(({ K, k, S }, t) => {
    expect(K).toBeNear(item(old, t).K, { abs: 1e-12 });
    expect(k).toBeNear(item(old, t).k, { abs: 1e-12 });
    expect(S).toBeNear(item(old, t).S, { abs: 1e-12 });
  });
});

test("a few iterations bring a linear system to its goal", () => {
  const problem: Problem = {
    dynamics: linearDynamics({ A: vector(1, 0.2, 0, 1), B: vector(0, 0.2), c: vector(0, 0) }),
    cost: quadraticCost({ goal: [1, 0], state: [1, 0.1], control: [0.01], terminal: [10, 1] }),
    horizon: 15,
  };
  const numbers = random.stream(random.key(8));
  const run = (policy: lqrFlm.GaussianPolicy) => {
    let z: Float64Array = vector(numbers.normal(0, 0.05), numbers.normal(0, 0.05));
    const states = [z];
    const controls = policy.map((step, t) => {
      const u = lqrFlm.sampleControl(step, z, numbers);
      z = problem.dynamics.next(z, u, t);
      states.push(z);
      return u;
    });
    return { states, controls };
  };
  let policy = lqrFlm.initialPolicy({ stateSize: 2, controlSize: 1, horizon: 15, sigma: 0.5 });
  for (let iteration = 0; iteration < 8; iteration++) {
    const rollouts = Array.from({ length: 8 }, () => run(policy));
    const local = lqrFlm.fit(rollouts);
    const cost = linearQuadratic(problem, item(rollouts, 0));
    policy = lqrFlm.widen(lqrFlm.improve(local, cost, policy, 0.5 * 15).policy, 0.02);
  }
  const ends = Array.from({ length: 20 }, () => item(run(policy).states, 15));
  // The policy's deviation of 0.02 at least and the spread of the starts, which feedback shrinks, leave below
  // 0.1
  for (const [x, v] of ends) {
    expect(x).toBeNear(1, { abs: 0.1 });
    expect(v).toBeNear(0, { abs: 0.3 });
  }
});

describe("policies", () => {
  const control = { K: vector(0.5, 1), k: vector(-0.2), S: vector(0.25) };

  test("are sampled from N(K z + k, S)", () => {
    const numbers = random.stream(random.key(3));
    const N = 4000;
    const draws = Array.from(
      { length: N },
      () => lqrFlm.sampleControl(control, vector(2, 1), numbers)[0] ?? NaN,
    );
    const mean = draws.reduce((sum, u) => sum + u, 0) / N;
    const variance = draws.reduce((sum, u) => sum + (u - mean) ** 2, 0) / N;
    expect(mean).toBeWithinStandardErrors(1.8, 0.5 / Math.sqrt(N));
    expect(variance).toBeWithinStandardErrors(0.25, 0.25 * Math.sqrt(2 / N));
  });

  test("are widened to a least variance in every direction", () => {
    // The eigenvalues 0.04 and 1, in the directions (1, −1) and (1, 1)
    const S = vector(0.52, 0.48, 0.48, 0.52);
    const wide = { K: vector(0, 0), k: vector(0, 0), S };
    const [widened] = lqrFlm.widen([wide], 0.5);
    expect(widened?.S ?? []).toBeNear([0.625, 0.375, 0.375, 0.625], { abs: 1e-15 });
    expect(lqrFlm.widen([wide], 0.1)[0]).toBe(wide);
  });

  test("start as independent normal numbers", () => {
    const policy = lqrFlm.initialPolicy({ stateSize: 1, controlSize: 2, horizon: 3, sigma: 0.5 });
    expect(policy).toHaveLength(3);
    expect(item(policy, 2)).toEqual({ K: vector(0, 0), k: vector(0, 0), S: vector(0.25, 0, 0, 0.25) });
  });
});

describe("errors", () => {
  const numbers = item(flm.moments, 0);
  const [local, cost, policy] = [localOf(numbers.local), costOf(numbers.cost), policyOf(numbers.policy)];

  test("name the function, the argument and the remedy", () => {
    expect(() => lqrFlm.improve(local, cost, policy, 0)).toThrow(
      "lqrFlm.improve: epsilon must be a positive finite number, got 0",
    );
    expect(() => lqrFlm.improve(local, cost, policy.slice(1), 1)).toThrow(
      "lqrFlm.improve: policy must have the 2 steps of models, got 1",
    );
    const flatPolicy = policy.map((step) => ({ ...step, S: vector(0) }));
    expect(() => lqrFlm.improve(local, cost, flatPolicy, 1)).toThrow(
      "lqrFlm.improve: S of a policy must be positive definite; widen it with lqrFlm.widen",
    );
    expect(() =>
      lqrFlm.marginals(
        local,
        policy.map((step) => ({ ...step, k: vector(0, 0) })),
      ),
    ).toThrow(
      // prettier-ignore
      "lqrFlm.marginals: policy[0].k must have 1 numbers, got 2",
    );
    expect(() => lqrFlm.initialPolicy({ stateSize: 1, controlSize: 1, horizon: 1, sigma: 0 })).toThrow(
      "lqrFlm.initialPolicy: sigma must be a positive finite number, got 0",
    );
    expect(() => lqrFlm.widen(policy, NaN)).toThrow(
      "lqrFlm.widen: sigma must be a positive finite number, got NaN",
    );
  });
});
