import { random, tf, tree } from "latent";
import {
  actionRepeat,
  box,
  cartPole,
  frameStack,
  greyscale,
  keyDoorRoom,
  mapObservation,
  pendulum,
  pixels,
  planar,
  rescaleActions,
  resize,
  rollout,
  timeLimit,
  vectorize,
  type Environment,
  type Policy,
} from "latent/envs";
import { describe, expect, test } from "vitest";

const key = random.key(3);
const push: Policy = (seen) => tf.fill([seen.shape[0], 1], 0.7);

test("timeLimit truncates at its step, and is not part of the observation", () => {
  const env = timeLimit(pendulum(), 3);
  const { truncated, terminated } = rollout(env, push, key, 2, { steps: 7 });
  expect(Array.from(truncated.dataSync())).toEqual([0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]);
  expect(terminated.any().dataSync()[0]).toBe(0);
  expect(() => timeLimit(pendulum(), 0)).toThrow("timeLimit: steps must be a positive integer, got 0");
});

test("vectorize starts a row anew when it ended, and keeps its last observation", () => {
  const env = vectorize(pendulum({ maxSteps: 1 }));
  const [state, observation] = env.reset(key, 3);
  const action = push(observation, key);
  const moved = env.step(random.key(4), state, action);
  expect(moved.finalObservation).toBeNear(pendulum().step(key, state, action).observation, {});
  expect(moved.observation).toBeNear(pendulum().reset(random.split(random.key(4))[1], 3)[1], {});
  expect(Array.from(moved.state.time.dataSync())).toEqual([0, 0, 0]);
  expect(() => env.step(key, state, action)).toLeaveTensors(tree.leaves(moved).length);
});

test("rollout keeps the observation after each step; it is the next one within an episode", () => {
  const taken = rollout(pendulum({ maxSteps: 4 }), push, key, 2, { steps: 8 });
  const after = taken.nextObservation.slice([0], [3]);
  expect(after).toBeNear(taken.observation.slice([1], [3]), {});
  const last = taken.nextObservation.slice([3], [1]);
  expect(
    last
      .sub(taken.observation.slice([4], [1]))
      .abs()
      .max()
      .dataSync()[0],
  ).toBeGreaterThan(0.01);
  expect(() => rollout(pendulum(), push, key, 0, { steps: 1 })).toThrow(
    "rollout: n must be a positive integer, got 0",
  );
});

describe("actionRepeat", () => {
  test("is the same action several times, with the sum of the rewards", () => {
    const env = pendulum();
    const [state, seen] = env.reset(key, 3);
    const action = push(seen, key);
    const [a] = [env.step(key, state, action)];
    const b = env.step(key, a.state, action);
    const twice = actionRepeat(env, 2).step(key, state, action);
    expect(twice.reward).toBeNear(a.reward.add(b.reward), { rel: 1e-6 });
    expect(twice.observation).toBeNear(b.observation, {});
  });

  test("stops where an episode ends", () => {
    const env = timeLimit(cartPole(), 2);
    const [state] = env.reset(key, 2);
    const moved = actionRepeat(env, 5).step(key, state, tf.tensor1d([0, 1], "int32"));
    expect(Array.from(moved.reward.dataSync())).toEqual([2, 2]);
    expect(Array.from(moved.truncated.dataSync())).toEqual([1, 1]);
  });
});

test("frameStack joins the last observations, the oldest first", () => {
  const env = frameStack(pendulum(), 3);
  const [state, first] = env.reset(key, 2);
  const single = first.slice([0, 0], [2, 3]);
  expect(first).toBeNear(tf.concat([single, single, single], 1), {});
  const action = push(first, key);
  const a = env.step(key, state, action);
  const b = env.step(key, a.state, action);
  const now = pendulum().step(key, a.state.inner, action).observation;
  expect(b.observation).toBeNear(tf.concat([single, a.observation.slice([0, 6], [2, 3]), now], 1), {});
  const space = env.observationSpace();
  expect(space).toMatchObject({ shape: [9], high: [1, 1, 8, 1, 1, 8, 1, 1, 8] });
  expect(() => env.step(key, state, action)).toLeaveTensors(tree.leaves(a).length);
});

describe("pictures", () => {
  const env = pixels(keyDoorRoom({ size: 32 }), [32, 32]);
  const [state, picture] = env.reset(key, 2);
  const stay = tf.zeros([2], "int32");

  test("pixels observes what render paints", () => {
    expect(picture).toBeNear(env.render(state), {});
    const moved = env.step(key, state, stay);
    expect(moved.observation).toBeNear(env.render(moved.state), {});
  });

  test("greyscale weighs the colours", () => {
    const [, grey] = greyscale(env).reset(key, 2);
    const [r, g, b] = tf.unstack(picture, 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const luma = r.mul(0.299).add(g.mul(0.587)).add(b.mul(0.114));
    expect(grey).toHaveShape([2, 32, 32, 1]);
    expect(grey).toBeNear(luma.expandDims(3), { abs: 1e-6 });
  });

  test("resize takes the means of blocks", () => {
    const [, small] = resize(env, [8, 16]).reset(key, 2);
    expect(small).toHaveShape([2, 8, 16, 3]);
    const corner = picture.slice([1, 4, 2, 0], [1, 4, 2, 3]).mean([0, 1, 2]);
    expect(small.slice([1, 1, 1, 0], [1, 1, 1, 3])).toBeNear(corner, { abs: 1e-6 });
    expect(() => resize(env, [5, 8])).toThrow(
      "resize: height and width must divide those of the pictures, 32 and 32, got 5 and 8",
    );
    expect(() => resize(planar(), [8, 8])).toThrow(
      "resize: observations must be pictures [H, W, C], got [2]; wrap with pixels first",
    );
  });

  test("they stack", () => {
    const grey = frameStack(greyscale(env), 4);
    const [, seen] = grey.reset(key, 2);
    expect(seen).toHaveShape([2, 32, 32, 4]);
    expect(() => grey.reset(key, 2)).toLeaveTensors(tree.leaves(grey.reset(key, 2)).length);
  });
});

describe("rescaleActions", () => {
  test("makes the bounds −1 and 1, coordinate by coordinate, and clips what is outside", () => {
    const seen: number[][] = [];
    const inner: Environment = {
      ...pendulum(),
      actionSpace: () => box([2], { low: [-2, 0], high: [4, 1] }),
      step: (_key, state, action) => {
        seen.push(...(action.arraySync() as number[][]));
        return pendulum().step(key, state as never, tf.zeros([3, 1]));
      },
    };
    const env = rescaleActions(inner);
    const [state] = env.reset(key, 3);
    const actions = tf.tensor2d([
      [-1, -1],
      [0, 0.5],
      [3, -4],
    ]);
    env.step(key, state, actions);
    // low + (a + 1) (high − low) / 2
    expect(seen).toEqual([
      [-2, 0],
      [1, 0.75],
      [4, 0],
    ]);
    expect(env.actionSpace()).toEqual(box([2], { low: -1, high: 1 }));
    expect(() => env.step(key, state, tf.zeros([3, 1]))).toThrow(
      "rescaleActions: action must be [B=3, 2], got [3, 1]; give one action per row of the state",
    );
  });

  test("moves the pendulum as the same torque does, and leaves only the step", () => {
    const env = rescaleActions(pendulum());
    const [state] = env.reset(key, 4);
    const actions = random.uniform(key, [4, 1], { min: -1, max: 1 });
    const moved = pendulum().step(key, state, actions.mul(2));
    expect(env.step(key, state, actions).observation).toBeNear(moved.observation, { abs: 0 });
    expect(() => env.step(key, state, actions)).toLeaveTensors(tree.leaves(moved).length);
  });

  test("refuses other spaces", () => {
    expect(() => rescaleActions(keyDoorRoom())).toThrow(
      "rescaleActions: actions must be a box, got 5 discrete ones",
    );
    const free = { ...pendulum(), actionSpace: () => box([1], { low: -Infinity, high: 1 }) };
    expect(() => rescaleActions(free)).toThrow(
      "rescaleActions: actions must have finite bounds, got -Infinity; give the box both",
    );
  });
});

test("mapObservation changes what is seen, and neither states nor rewards", () => {
  const angles = mapObservation(
    pendulum(),
    (seen) => tf.slice(seen, [0, 0], [-1, 2]),
    () => box([2], { low: -1, high: 1 }),
  );
  expect(angles.observationSpace()).toEqual(box([2], { low: -1, high: 1 }));
  const [state, first] = angles.reset(key, 3);
  const [same, seen] = pendulum().reset(key, 3);
  expect(first).toBeNear(seen.slice([0, 0], [-1, 2]), { abs: 0 });
  const action = tf.fill([3, 1], 0.7);
  const [moved, plain] = [angles.step(key, state, action), pendulum().step(key, same, action)];
  expect(moved.observation).toBeNear(plain.observation.slice([0, 0], [-1, 2]), { abs: 0 });
  expect(moved.reward).toBeNear(plain.reward, { abs: 0 });
  expect(moved.state.speed).toBeNear(plain.state.speed, { abs: 0 });
  expect(() => angles.step(key, state, action)).toLeaveTensors(tree.leaves(moved).length);
});
