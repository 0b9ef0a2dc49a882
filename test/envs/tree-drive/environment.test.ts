import { random, tf } from "latent";
import { rollout, treeDrive } from "latent/envs";
import { describe, expect, test } from "vitest";

const env = treeDrive.environment();
const key = random.key(3);

describe("the environment of the drive", () => {
  test("stops at the contact that the plain function finds, and terminates", () => {
    const B = 2000;
    const [placeKey, actionKey] = random.split(key);
    const places = random.uniform(placeKey, [B, 2]).mul<tf.Tensor2D>(tf.tensor1d([22, 7.6]));
    const cars = places.sub<tf.Tensor2D>(tf.tensor1d([0, 3.8])); // some touch a kerb or the tree already
    const action = random.uniform(actionKey, [B, 1], { min: -1.2, max: 1.2 });
    const moved = env.step(key, { cars, time: tf.zeros<tf.Rank.R1>([B], "int32") }, action);
    const [from, to] = [cars.arraySync(), treeDrive.step(cars, action).arraySync()];
    const [got, ended, reward] = [
      moved.state.cars.arraySync(),
      moved.terminated.arraySync(),
      moved.reward.arraySync(),
    ];
    const kinds = new Set<string>();
    for (let b = 0; b < B; b++) {
      const [x, y] = from[b] as [number, number];
      const [toX, toY] = to[b] as [number, number];
      const touched = treeDrive.contact([x, y], [toX, toY]);
      const share = touched?.share ?? 1;
      const arrived = touched === undefined && toX >= treeDrive.road.length;
      kinds.add(touched?.obstacle ?? (arrived ? "arrived" : "driving"));
      // float32 rounds lengths of 20 m to 1e-6; the root at a grazing contact amplifies that to 1e-3
      expect(got[b]).toBeNear([x + share * (toX - x), y + share * (toY - y)], { abs: 1e-3 });
      expect([ended[b], reward[b]], `car ${b}`).toEqual([
        touched !== undefined || arrived ? 1 : 0,
        arrived ? 1 : 0,
      ]);
    }
    expect([...kinds].sort()).toEqual(["arrived", "driving", "kerb", "tree"]);
  });

  test("has the observations of the drive, and a policy that avoids the tree arrives", () => {
    // To the left until 2.6 m beside the middle, then straight: sin 45° a step, four steps
    const policy = (seen: tf.Tensor): tf.Tensor => {
      const across = seen.slice([0, 1], [-1, 1]).mul(treeDrive.road.halfWidth);
      return tf.scalar(2.6).sub(across).clipByValue(0, 1);
    };
    const driven = rollout(env, policy, key, 10, { steps: 25 });
    expect(driven.reward.sum().dataSync()[0]).toBe(10);
    expect(driven.observation.slice([0], [1]).squeeze([0])).toBeNear(
      treeDrive.observe(driven.state.cars.slice([0], [1]).squeeze([0])),
      { abs: 0 },
    );
    const straight = rollout(env, (seen) => tf.zeros([seen.shape[0], 1]), key, 10, { steps: 9 });
    expect(straight.reward.sum().dataSync()[0]).toBe(0);
    expect(straight.terminated.sum().dataSync()[0]).toBe(10); // 8 m to the tree
  });

  test("a road that leads nowhere is refused", () => {
    expect(() => env.reset(key, 1, { ...treeDrive.road, steepest: 2 })).toThrow(
      "treeDrive.reset: where.steepest must be in [0, π/2), got 2",
    );
  });
});
