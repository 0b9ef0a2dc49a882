import { random, tf } from "latent";
import { treeDrive } from "latent/envs";
import { describe, expect, test } from "vitest";

const { road, rollout } = treeDrive;
function always(action: number): treeDrive.Policy {
  return (seen) => tf.fill([seen.shape[0], 1], action);
}

describe("treeDrive.rollout", () => {
  test("going straight ends at the trunk, at the sum of the radii from its centre", () => {
    for (const { path, outcome } of rollout(always(0), random.key(1), 20)) {
      expect(outcome).toBe("tree");
      const [x, y] = path.at(-1) ?? [NaN, NaN];
      expect(Math.hypot(x - road.tree, y)).toBeNear(road.treeRadius + road.carRadius, { abs: 1e-5 });
    }
  });

  test.each([0.5, -0.5])("a constant action %d ends at a kerb", (action) => {
    for (const { path, outcome } of rollout(always(action), random.key(1), 5)) {
      expect(outcome).toBe("kerb");
      expect(path.at(-1)?.[1]).toBeNear(Math.sign(action) * (road.halfWidth - road.carRadius), { abs: 1e-5 });
    }
  });

  test("drivers who choose a side arrive, independently; the paths start at x = 0 and move forward", () => {
    // Before −0.95 of the road a random side for each car, then towards ±2.5 m, which is observed as ±0.625
    const sure: treeDrive.Policy = (seen, key) =>
      tf.tidy(() => {
        const [x, y] = tf.split(seen, 2, 1) as [tf.Tensor, tf.Tensor];
        const coin = random.uniform(key, [seen.shape[0], 1]).sub(0.5).sign();
        const side = tf.where(x.less(-0.95), coin, y.sign());
        return side.mul(0.625).sub(y).clipByValue(-0.4, 0.4);
      });
    const drives = rollout(sure, random.key(4), 100);
    expect(drives.map(({ outcome }) => outcome)).toEqual(drives.map(() => "arrived"));
    const lefts = drives.filter(({ path }) => (path.at(-1)?.[1] ?? NaN) > 0).length;
    expect(lefts).toBeWithinStandardErrors(50, 5); // √(100 · ¼)
    for (const { path } of drives) {
      expect(path[0]?.[0]).toBe(0);
      expect(path.at(-1)?.[0]).toBeGreaterThanOrEqual(road.length);
      path.slice(1).forEach(([x], i) => expect(x).toBeGreaterThan(path[i]?.[0] ?? NaN));
    }
  });

  test("ends at once if the start touches an obstacle", () => {
    const narrow = { ...road, halfWidth: 0.5 };
    expect(
      rollout(always(0), random.key(1), 2, narrow).map(({ path, outcome }) => [path.length, outcome]),
    ).toEqual([
      [1, "kerb"],
      [1, "kerb"],
    ]);
  });

  test("is a function of its key, and leaves no tensor", () => {
    const noisy: treeDrive.Policy = (seen, key) => random.normal(key, [seen.shape[0], 1]);
    const [a, b, c] = [1, 1, 2].map((seed) => rollout(noisy, random.key(seed), 5));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(() => rollout(noisy, random.key(1), 5)).toLeaveTensors(0);
  });

  test.each([
    [() => rollout(always(0), random.key(1), 0), "treeDrive.rollout: n must be a positive integer, got 0"],
    [
      () => rollout(() => tf.zeros([3]), random.key(1), 3),
      "treeDrive.rollout: policy(observation, key) must be [B=3, 1], got [3]; return one action per car",
    ],
    [
      () => rollout(always(NaN), random.key(1), 3),
      "treeDrive.rollout: policy(observation, key) must be finite, got NaN; check its parameters for NaN",
    ],
    [
      () => rollout(always(0), random.key(1), 3, { ...road, stride: 0 }),
      "treeDrive.rollout: where.stride must be a positive finite number, got 0",
    ],
    [
      () => rollout(always(0), random.key(1), 3, { ...road, startSpread: -1 }),
      "treeDrive.rollout: where.startSpread must be a finite number >= 0, got -1",
    ],
    [
      () => rollout(always(0), random.key(1), 3, { ...road, steepest: 2 }),
      "treeDrive.rollout: where.steepest must be in [0, π/2), got 2; at π/2 a car may not move forward",
    ],
    [
      () => treeDrive.demonstrations(random.key(1), 3, undefined, { ...road, length: Infinity }),
      "treeDrive.demonstrations: where.length must be a positive finite number, got Infinity",
    ],
  ])("rejects %#", (act, message) => {
    const before = tf.memory().numTensors;
    expect(act).toThrow(new Error(message));
    expect(tf.memory().numTensors).toBe(before);
  });
});
