import { jit, random, tf, tree } from "latent";
import { contains, rollout, type Environment, type Policy, type Space } from "latent/envs";
import { describe, expect, test } from "vitest";
import { environments } from "./environment-table";

const key = random.key(11);
const [B, T] = [5, 20];

/** Draws actions uniformly; a box also beyond its bounds. */
function anyAction(space: Space): Policy {
  return (seen, draw) => {
    const n = seen.shape[0];
    return space.kind === "discrete"
      ? random.randint(draw, [n], { max: space.n })
      : random.uniform(draw, [n, ...space.shape], { min: -1.5, max: 1.5 });
  };
}

function drive(env: Environment) {
  return rollout(env, anyAction(env.actionSpace()), key, B, { steps: T });
}

describe.each(environments)("$name", ({ make, reward: [least, greatest], size, noisy }) => {
  const env = make();
  const random1 = anyAction(env.actionSpace());

  test("the same key gives the same episode, to the bit, and another key another one", () => {
    const [first, again] = [drive(env), drive(env)];
    tree.entries(first).forEach(([path, x], i) => {
      const y = tree.leaves(again)[i] as tf.Tensor;
      expect(Array.from(y.dataSync()), path).toEqual(Array.from(x.dataSync()));
    });
    const other = rollout(env, random1, random.key(12), B, { steps: T });
    expect(Array.from(other.action.dataSync())).not.toEqual(Array.from(first.action.dataSync()));
  });

  test("observations, rewards and flags keep to their spaces, shapes and types", () => {
    const { observation, nextObservation, reward, terminated, truncated } = drive(env);
    for (const seen of [observation, nextObservation])
      expect(contains(env.observationSpace(), seen.reshape([T * B, ...seen.shape.slice(2)]))).toBe(true);
    expect(reward.dtype).toBe("float32");
    for (const r of reward.dataSync()) {
      expect(r).toBeGreaterThanOrEqual(least);
      expect(r).toBeLessThanOrEqual(greatest);
    }
    for (const flag of [terminated, truncated]) {
      expect(flag.dtype).toBe("bool");
      expect(flag.shape).toEqual([T, B]);
    }
  });

  test("a row does not depend on its neighbours", () => {
    const [state] = env.reset(key, B);
    const action = random1(tf.zeros([B, 1]), random.fold(key, 1));
    const row = (x: tf.Tensor): tf.Tensor => x.slice([2], [1]);
    const all = env.step(key, state, action);
    if (noisy === true) return; // noise is drawn for the batch
    const one = env.step(key, tree.map(row, state), row(action));
    tree.leaves(tree.map(row, all)).forEach((x, i) => {
      expect(tree.leaves(one)[i]).toBeNear(x, { abs: 1e-6, rel: 1e-6 });
    });
  });

  test("a time limit truncates and does not terminate", () => {
    const { terminated, truncated } = drive(env);
    const both = terminated.logicalAnd(truncated).sum().dataSync()[0];
    expect(truncated.sum().dataSync()[0]).toBeGreaterThan(0);
    expect(both).toBe(0);
  });

  test("a picture is a function of the state, with colours from 0 to 1 and more than one of them", () => {
    const [state] = env.reset(key, B);
    const [picture, again] = [env.render(state), env.render(tree.clone(state))];
    expect(picture.shape).toEqual([B, size, size, 3]);
    const values = Array.from(picture.dataSync());
    expect(Array.from(again.dataSync())).toEqual(values);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    expect(new Set(values).size).toBeGreaterThan(2);
  });

  test("pictures do not depend on what was painted before, and show what moves", () => {
    const [state] = env.reset(key, B);
    const states = drive(env).state as Record<string, tf.Tensor>;
    const last = tree.map((x: tf.Tensor): tf.Tensor => x.slice([4], [1]).squeeze([0]), states);
    const before = Array.from(env.render(state).dataSync());
    const moved = Array.from(env.render(last).dataSync());
    expect(moved).not.toEqual(before);
    const backwards = tree.map((x: tf.Tensor): tf.Tensor => x.reverse(0), state as Record<string, tf.Tensor>);
    expect(Array.from(env.render(backwards).reverse(0).dataSync())).toEqual(before);
  });

  test("a compiled rollout has the numbers of an eager one", () => {
    const compiled = jit((k: random.Key) => rollout(env, random1, k, B, { steps: T }), { compiler: "graph" });
    const [fast, slow] = [compiled(key), drive(env)];
    tree.entries(slow).forEach(([path, x], i) => {
      expect(tree.leaves(fast)[i], path).toBeNear(x, { abs: 1e-4, rel: 1e-4 });
    });
    compiled.dispose();
  });

  test("leaves the tensors it returns and no others", () => {
    const count = tree.leaves(env.reset(key, B)).length;
    expect(() => env.reset(key, B)).toLeaveTensors(count);
    const [state] = env.reset(key, B);
    const action = random1(tf.zeros([B, 1]), key);
    expect(() => env.step(key, state, action)).toLeaveTensors(
      tree.leaves(env.step(key, state, action)).length,
    );
    expect(() => env.render(state)).toLeaveTensors(1);
  });

  test("bad arguments get a clear error", () => {
    const [state] = env.reset(key, B);
    const few = random1(tf.zeros([B - 1, 1]), key);
    expect(() => env.reset(key, 0)).toThrow(".reset: n must be a positive integer, got 0");
    expect(() => env.step(key, state, few)).toThrow(`.step: action must be [B=${B}`);
    const compiled = jit((s: object) => env.render(s));
    expect(() => compiled(state)).toThrow(".render: cannot be compiled");
  });
});
