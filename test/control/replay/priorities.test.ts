import { random, tree } from "latent";
import { describe, expect, test } from "vitest";
import { sumTree } from "../../../lib/control/replay/sum-tree";
import { buffer, episodes, fill, list } from "./steps";

describe("sumTree", () => {
  test("finds what a running sum finds", () => {
    const values = [0, 3, 0, 0.5, 2, 0, 1];
    const tree = sumTree(values.length);
    values.forEach((value, i) => {
      tree.set(i, 9);
      tree.set(i, value);
    });
    expect(tree.total()).toBe(6.5);
    for (let share = 0; share < 6.5; share += 0.25) {
      let [i, sum] = [0, 0];
      for (; sum + (values[i] ?? NaN) <= share; i++) sum += values[i] ?? NaN;
      expect(tree.find(share)).toBe(i);
    }
  });

  test("never finds a number that is 0, also where rounding lets a share reach the total", () => {
    const tree = sumTree(4);
    tree.set(1, 0.1);
    expect(tree.find(0.1)).toBe(1);
    expect(tree.find(0.2)).toBe(1);
  });
});

describe("priorities", () => {
  const ALPHA = 0.7;
  const FLOOR = 0.01;
  const BETA = 0.4;
  const BATCH = 20_000;

  test("draw P(i) ∝ (|δ| + ε)^α with weights (N P)^−β / max", () => {
    const kept = buffer(1, { capacity: 20, priority: { exponent: ALPHA, floor: FLOOR } });
    fill(kept, episodes([6], "terminates", true));
    const errors = [0, 0.1, -0.2, 1, -4, 0.5];
    // All are new, so each is drawn once by six parts of equal probability
    const first = kept.sample(random.key(0), { batchSize: 6, discount: 1 });
    expect(list(first.transitions.action)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(first.transitions.weight).toBeNear([1, 1, 1, 1, 1, 1], {});
    kept.prioritize(first.ids, errors);

    const { transitions } = kept.sample(random.key(1), { batchSize: BATCH, discount: 1, correction: BETA });
    const [actions, weights] = [list(transitions.action), list(transitions.weight)];
    const powers = errors.map((error) => (Math.abs(error) + FLOOR) ** ALPHA);
    const total = powers.reduce((a, b) => a + b);
    const P = powers.map((power) => power / total);
    const shares = errors.map((_, i) => actions.filter((a) => a === i).length / BATCH);
    // one draw from each of B equal parts: a count is B P up to the two parts at its ends
    expect(shares).toBeNear(P, { abs: 2 / BATCH + 1e-12 });
    const raw = P.map((p) => (6 * p) ** -BETA);
    const expected = raw.map((weight) => weight / Math.max(...raw));
    expect(weights).toBeNear(
      actions.map((a) => expected[a] ?? NaN),
      { abs: 1e-7 },
    );
    tree.dispose([first.transitions, transitions]);
  });

  test("of new steps are the largest so far", () => {
    const kept = buffer(1, { capacity: 20, priority: { exponent: 1, floor: FLOOR } });
    const steps = episodes([3], "terminates", true);
    fill(kept, steps.slice(0, 2));
    const { ids } = kept.sample(random.key(0), { batchSize: 2, discount: 1 });
    kept.prioritize(ids, [4, 0]);
    fill(kept, steps.slice(2));
    const { transitions } = kept.sample(random.key(1), { batchSize: BATCH, discount: 1 });
    const shares = [0, 1, 2].map((i) => list(transitions.action).filter((a) => a === i).length / BATCH);
    const total = 2 * (4 + FLOOR) + FLOOR;
    expect(shares).toBeNear([(4 + FLOOR) / total, FLOOR / total, (4 + FLOOR) / total], { abs: 2 / BATCH });
  });

  test("are not set for steps that have been overwritten since", () => {
    const kept = buffer(1, { capacity: 4, priority: { exponent: 1, floor: FLOOR } });
    const steps = episodes([7], "terminates", true);
    fill(kept, steps.slice(0, 3));
    const { ids, transitions } = kept.sample(random.key(0), { batchSize: 3, discount: 1 });
    expect(list(transitions.action)).toEqual([0, 1, 2]);
    fill(kept, steps.slice(3, 5)); // 4 entries: the head and steps 2, 3, 4
    kept.prioritize(ids, [1e6, 1e6, 9]);
    const after = kept.sample(random.key(1), { batchSize: BATCH, discount: 1 });
    const shares = [2, 3, 4].map((i) => list(after.transitions.action).filter((a) => a === i).length / BATCH);
    const total = 9 + FLOOR + 2;
    expect(shares).toBeNear([(9 + FLOOR) / total, 1 / total, 1 / total], { abs: 2 / BATCH });
  });

  test("refuse errors that are no numbers, before any is set", () => {
    const kept = buffer(1, { capacity: 20, priority: {} });
    fill(kept, episodes([2], "terminates", true));
    const { ids } = kept.sample(random.key(0), { batchSize: 2, discount: 1 });
    expect(() => {
      kept.prioritize(ids, [5, NaN]);
    }).toThrow("replay.prioritize: errors must be finite, got NaN in row 1");
    expect(() => {
      kept.prioritize(ids, [5]);
    }).toThrow("replay.prioritize: errors must be [B=2], got 1 numbers");
    const { transitions } = kept.sample(random.key(0), { batchSize: 2, discount: 1 });
    expect(list(transitions.action)).toEqual([0, 1]);
    expect(() => {
      buffer(1, { capacity: 4 }).prioritize(ids, [1, 2]);
    }).toThrow("replay.prioritize: the buffer draws uniformly; make it with the option priority");
  });
});
