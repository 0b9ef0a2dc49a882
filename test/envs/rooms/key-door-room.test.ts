import { random, tf, tree, useBackend } from "latent";
import { keyDoorRoom } from "latent/envs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goHome, home, others } from "../../support/backends";

const key = random.key(0);
const env = keyDoorRoom();
const [STAY, UP, DOWN, LEFT, RIGHT] = [0, 1, 2, 3, 4];

function room(x: number, y: number, skull: number, direction: number, has = 0) {
  const one = (value: number): tf.Tensor1D => tf.tensor1d([value], "int32");
  return {
    x: one(x),
    y: one(y),
    skull: one(skull),
    direction: one(direction),
    key: one(has),
    time: one(0),
  };
}

type Room = ReturnType<typeof room>;

function play(from: Room, actions: readonly number[]) {
  let state: Room = from;
  const rewards: number[] = [];
  let ended = false;
  for (const action of actions) {
    const moved = env.step(key, state, tf.tensor1d([action], "int32"));
    state = moved.state;
    rewards.push(moved.reward.dataSync()[0] ?? NaN);
    ended ||= moved.terminated.dataSync()[0] === 1;
  }
  const [x, y] = [state.x.dataSync()[0], state.y.dataSync()[0]];
  return { x, y, has: state.key.dataSync()[0], rewards, ended };
}

test("walls and missing ladders stop the player", () => {
  expect(play(room(1, 5, 6, 1), [LEFT])).toMatchObject({ x: 1, y: 5 });
  expect(play(room(1, 5, 6, 1), [UP])).toMatchObject({ x: 1, y: 5 });
  expect(play(room(4, 3, 1, 1), [DOWN])).toMatchObject({ x: 4, y: 3 });
  expect(play(room(5, 5, 1, 1), [UP, UP])).toMatchObject({ x: 5, y: 3 });
  expect(play(room(5, 3, 1, 1), [DOWN])).toMatchObject({ x: 5, y: 4 });
});

test("a plan fetches the key and opens the door: 1 for each", () => {
  const toLadder = [RIGHT, RIGHT, RIGHT, RIGHT, UP];
  // After five steps the skull, from 5 to the left, is at 2 on its way back: wait until it has passed
  const climb = [UP, LEFT, LEFT, UP, UP];
  const fetch = [RIGHT, RIGHT, RIGHT];
  const home = [LEFT, LEFT, LEFT, LEFT, LEFT];
  const wait = new Array<number>(5).fill(STAY);
  const { rewards, ended, has } = play(room(1, 5, 5, -1), [
    ...toLadder,
    ...wait,
    ...climb,
    ...fetch,
    ...home,
  ]);
  expect(has).toBe(1);
  expect(ended).toBe(true);
  expect(rewards.reduce((a, b) => a + b)).toBe(2);
  expect(rewards.at(-1)).toBe(1);
});

test("the door stays shut without the key", () => {
  expect(play(room(2, 1, 6, 1), [LEFT])).toMatchObject({ x: 1, rewards: [0], ended: false });
});

test("touching the skull ends the episode, also when both pass through each other", () => {
  expect(play(room(3, 3, 2, 1), [STAY])).toMatchObject({ ended: true, rewards: [0] });
  expect(play(room(3, 3, 2, 1), [LEFT])).toMatchObject({ ended: true });
  expect(play(room(3, 3, 5, 1), [LEFT])).toMatchObject({ ended: false });
});

test("the skull stays on its path and turns at its ends", () => {
  let state = room(1, 5, 5, 1);
  const places = Array.from({ length: 12 }, () => {
    state = env.step(key, state, tf.tensor1d([STAY], "int32")).state;
    return state.skull.dataSync()[0];
  });
  expect(places).toEqual([6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 5]);
});

test("a slip replaces actions as often as it says", () => {
  const n = 4000;
  const [state] = env.reset(key, n);
  const stay = tf.zeros([n], "int32");
  const moved = env.step(key, state, stay, { slip: 0.5 }).state.x.notEqual(state.x);
  // only RIGHT moves from the start: 0.5 / 5 of the rows; six standard errors of a proportion
  const p = 0.1;
  expect(moved.mean()).toBeWithinStandardErrors(p, Math.sqrt((p * (1 - p)) / n));
});

// wasm wrote beyond a tensor of bools, which only a batch of some rows shows
describe.each([home, ...others])("on %s", (backend) => {
  beforeAll(() => useBackend(backend));
  afterAll(goHome);

  test("the skulls of many rooms roll to and fro", () => {
    const skulls = Array.from({ length: 96 }, (_, i) => 1 + (i % 6));
    const directions = skulls.map((_, i) => (i < 48 ? 1 : -1));
    const ints = (values: number[]): tf.Tensor1D => tf.tensor1d(values, "int32");
    const same = (value: number): tf.Tensor1D => ints(skulls.map(() => value));
    const state = { x: same(1), y: same(5), key: same(0), time: same(0) };
    const rooms = { ...state, skull: ints(skulls), direction: ints(directions) };
    const moved = tree.tidy(() => env.step(key, rooms, same(STAY)));
    const turned = directions.map((d, i) => (skulls[i] === (d > 0 ? 6 : 1) ? -d : d));
    expect(Array.from(moved.state.direction.dataSync())).toEqual(turned);
    expect(Array.from(moved.state.skull.dataSync())).toEqual(skulls.map((x, i) => x + (turned[i] ?? 0)));
    tree.dispose([rooms, moved]);
  });
});
