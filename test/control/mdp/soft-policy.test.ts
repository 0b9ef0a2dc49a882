import { random } from "latent";
import { mdp } from "latent/control";
import { describe, expect, test } from "vitest";
import { dot } from "../../../lib/core/numeric/flat-matrix";
import { item, numbers, processOf, softControl, uniform } from "./fixtures";

describe.each(softControl.finite)("control as inference, case %#", (given) => {
  const { horizon, temperature } = given;
  const model = processOf(given.p);
  const rewards = { stage: numbers(given.stage), final: numbers(given.final) };
  const start = numbers(given.start);
  const shared = { horizon, temperature, actionPrior: uniform(model) };
  const exact = mdp.softPolicy(model, rewards, { ...shared, outcomes: "inferred" });
  const variational = mdp.softPolicy(model, rewards, shared);

  test("the messages are log p(O|s), summed over all paths", () => {
    const messages = item(exact.values, 0).map((v) => v / temperature);
    expect(messages).toBeNear(given.posterior.logEvidence, { abs: 1e-13 });
  });

  test("the policy is the posterior p(a|s, O), summed over all paths", () => {
    exact.policies.forEach((policy, t) =>
      expect(policy).toBeNear(item(given.posterior.policies, t), { abs: 1e-13 }),
    );
  });

  test("the posterior's dynamics and policies together have its marginals p(s|O)", () => {
    const logStart = start.map((p, s) => Math.log(p) + (item(exact.values, 0)[s] ?? NaN) / temperature);
    const evidence = logStart.reduce((sum, x) => sum + Math.exp(x), 0);
    const posteriorStart = logStart.map((x) => Math.exp(x) / evidence); // the start is inferred too
    const models = exact.policies.map((_, t) =>
      mdp.posteriorOutcomes(model, item(exact.values, t + 1), temperature),
    );
    const { states } = mdp.occupancy(models, posteriorStart, exact.policies);
    states.forEach((marginal, t) =>
      expect(marginal).toBeNear(item(given.posterior.marginals, t), { abs: 1e-13 }),
    );
  });

  test("with fixed outcomes, the values are the greatest bound that SciPy finds", () => {
    const bound = dot(start, item(variational.values, 0)) / temperature;
    // BFGS stops at a slope of 1e-7, where the bound is 1e-14 / curvature below its maximum
    expect(bound).toBeNear(given.variational.bound, { abs: 1e-9 });
    expect(bound).toBeLessThan(
      Math.log(given.posterior.logEvidence.reduce((sum, x, s) => sum + (start[s] ?? NaN) * Math.exp(x), 0)),
    );
  });

  test("with fixed outcomes, the policy is the one that SciPy finds", () => {
    // The bound is flat at its maximum; the least curvature is the probability to be there, some 0.01
    variational.policies.forEach((policy, t) =>
      expect(policy).toBeNear(item(given.variational.policies, t), { abs: 1e-4 }),
    );
  });

  test("the value is the return minus the divergence from the prior, by the forward pass", () => {
    const { visits, last } = mdp.occupancy(model, start, variational.policies);
    // α KL depends on the policy of each step, so that it enters as a reward of one step at a time
    let total = mdp.expectedReturn(model, { visits, last }, rewards);
    const { states } = mdp.occupancy(model, start, variational.policies);
    variational.policies.forEach((policy, t) =>
      policy.forEach((p, row) => {
        const s = Math.floor(row / model.actions);
        if (p > 0)
          total -=
            temperature * (item(states, t)[s] ?? NaN) * p * Math.log(p / (shared.actionPrior[row] ?? NaN));
      }),
    );
    expect(total).toBeNear(dot(start, item(variational.values, 0)), { abs: 1e-12 });
  });

  test("episodes drawn from the policy visit as often as the forward pass says", () => {
    const n = 20_000;
    const episodes = mdp.sample(random.key(5), model, start, variational.policies, { episodes: n });
    const { visits, last } = mdp.occupancy(model, start, variational.policies);
    const counted = new Float64Array(visits.length);
    const ended = new Float64Array(last.length);
    for (const { states, actions } of episodes) {
      const add = (table: Float64Array, i: number) => (table[i] = (table[i] ?? NaN) + 1 / n);
      actions.forEach((a, t) => add(counted, item(states, t) * model.actions + a));
      add(ended, item(states, states.length - 1));
    }
    // A visit count of at most T steps has a standard deviation of at most T / 2; six standard errors
    expect(counted).toBeNear(visits, { abs: (6 * horizon) / 2 / Math.sqrt(n) });
    expect(ended).toBeNear(last, { abs: 3 / Math.sqrt(n) });
  });
});

/** Two states; the action "try" reaches state 1 with probability 0.1, "stay" does not move. */
const lottery = mdp.create({
  states: 2,
  actions: 2,
  outcomes: (s, a) => (s === 1 || a === 0 ? [[s, 1]] : [[1, 0.1], [0, 0.9]]), // prettier-ignore
});
const win = { stage: Float64Array.of(0, -0.5, 0, 0), final: Float64Array.of(0, 3) };

test("a temperature of 0 takes the best action, and of inferred outcomes the luckiest", () => {
  const options = { horizon: 1, temperature: 0 } as const;
  const plain = mdp.softPolicy(lottery, win, options);
  expect([...item(plain.values, 0)]).toEqual([0, 3]); //                    max(0, −0.5 + 0.3)
  expect([...item(plain.policies, 0)]).toEqual([1, 0, 1, 0]);
  const lucky = mdp.softPolicy(lottery, win, { ...options, outcomes: "inferred" });
  expect([...item(lucky.values, 0)]).toEqual([2.5, 3]); //                  −0.5 + 3
  expect([...item(lucky.policies, 0)]).toEqual([0, 1, 1, 0]);
});

test("low temperatures approach the maximum", () => {
  for (const outcomes of ["fixed", "inferred"] as const) {
    const cold = mdp.softPolicy(lottery, win, { horizon: 3, temperature: 1e-4, outcomes });
    const hard = mdp.softPolicy(lottery, win, { horizon: 3, temperature: 0, outcomes });
    // α log 2 for each action, and α log 0.1 for each outcome
    cold.values.forEach((v, t) => expect(v).toBeNear(item(hard.values, t), { abs: 3e-4 * Math.log(20) }));
  }
});

test("without an action prior, an action adds the entropy of its choice", () => {
  const { values } = mdp.softPolicy(lottery, { stage: new Float64Array(4) }, { horizon: 5 });
  expect(item(values, 0)).toBeNear([5 * Math.log(2), 5 * Math.log(2)], { abs: 1e-14 });
});

describe("errors", () => {
  const soft =
    (options: Partial<mdp.SoftPolicyOptions>, rewards: mdp.Rewards = win) =>
    () =>
      mdp.softPolicy(lottery, rewards, { horizon: 2, ...options });

  test("of a process", () => {
    const create =
      (outcomes: mdp.MdpOptions["outcomes"], states = 2) =>
      () =>
        mdp.create({ states, actions: 1, outcomes });
    expect(create(() => [[0, 1]], 0)).toThrow("mdp.create: states must be a positive integer, got 0");
    expect(create(() => [[2, 1]])).toThrow(
      "mdp.create: outcomes(0, 0) must lead to states from 0 to 1, got 2",
    );
    expect(create(() => [[0, -0.1]])).toThrow("must have probabilities >= 0, got -0.1");
    expect(create(() => [[0, 0.5]])).toThrow(
      "mdp.create: outcomes(0, 0) must have probabilities that sum to 1, got 0.5; " +
        "return no outcomes if the action is not available",
    );
  });

  test("of rewards, horizon, temperature and prior", () => {
    expect(soft({}, { stage: new Float64Array(3) })).toThrow(
      "mdp.softPolicy: rewards.stage must have 4 numbers, got 3",
    );
    expect(soft({}, { stage: Float64Array.of(0, NaN, 0, 0) })).toThrow(
      "mdp.softPolicy: rewards.stage must be finite, got NaN at 1",
    );
    expect(soft({ horizon: 0 })).toThrow("mdp.softPolicy: horizon must be a positive integer, got 0");
    expect(soft({ temperature: -1 })).toThrow("temperature must be a finite number >= 0, got -1");
    expect(soft({ actionPrior: Float64Array.of(1, 0, 0.5, 0.4) })).toThrow(
      "mdp.softPolicy: actionPrior must sum to 1 over the available actions of a state, got 0.9 in state 1",
    );
    expect(() => mdp.posteriorOutcomes(lottery, Float64Array.of(1), 1)).toThrow(
      "mdp.posteriorOutcomes: values must have 2 numbers, got 1",
    );
    expect(() => mdp.posteriorOutcomes(lottery, Float64Array.of(1, 2), 0)).toThrow(
      "mdp.posteriorOutcomes: temperature must be a positive finite number, got 0",
    );
  });

  test("of occupancies", () => {
    const { policies } = mdp.softPolicy(lottery, win, { horizon: 2 });
    expect(() => mdp.occupancy(lottery, Float64Array.of(1, 1), policies)).toThrow(
      "mdp.occupancy: start must be probabilities that sum to 1, got a sum of 2",
    );
    expect(() => mdp.occupancy([lottery], Float64Array.of(1, 0), policies)).toThrow(
      "mdp.occupancy: model must be one, or one for each of the 2 policies (at least one), got 1",
    );
  });
});
