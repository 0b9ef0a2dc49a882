import { random, tf, tree } from "latent";
import { replay } from "latent/control";
import { describe, expect, test } from "vitest";
import { buffer, episodes, fill, list, stepOf, type Row } from "./steps";

const BATCH = 4000;

/** The transitions of a draw as rows of plain numbers, one for each action. */
function drawn(lengths: readonly number[], end: "terminates" | "is truncated", steps: number, open = false) {
  const kept = buffer(1, { capacity: 100 });
  fill(kept, episodes(lengths, end, open));
  const { transitions } = kept.sample(random.key(1), { batchSize: BATCH, discount: 0.5, steps });
  const [from, action, reward, discount, to] = [
    transitions.observation.slice([0, 1], [-1, 1]),
    transitions.action,
    transitions.reward,
    transitions.discount,
    transitions.nextObservation.slice([0, 0], [-1, 1]),
  ].map(list);
  const rows = new Map<number, { reward?: number; discount?: number; to?: number }>();
  action?.forEach((a, i) => {
    expect(from?.[i]).toBe(a);
    const row = { reward: reward?.[i] ?? NaN, discount: discount?.[i] ?? NaN, to: to?.[i] ?? NaN };
    expect(rows.get(a) ?? row).toEqual(row);
    rows.set(a, row);
  });
  tree.dispose(transitions);
  return Object.fromEntries([...rows].sort(([a], [b]) => a - b));
}

describe("transitions", () => {
  test("of one step end at a terminal state with a discount of 0", () => {
    expect(drawn([2, 1], "terminates", 1)).toEqual({
      0: { reward: 0, discount: 0.5, to: 1 },
      1: { reward: 1, discount: 0, to: 2 },
      100: { reward: 0, discount: 0, to: 101 },
    });
  });

  test("bootstrap from the last observation of an episode that a limit cut", () => {
    expect(drawn([2, 1], "is truncated", 1)).toEqual({
      0: { reward: 0, discount: 0.5, to: 1 },
      1: { reward: 1, discount: 0.5, to: 2 },
      100: { reward: 0, discount: 0.5, to: 101 },
    });
  });

  test("of three steps sum discounted rewards, fewer at the end and at the newest step", () => {
    // Σ_{k<m} 2⁻ᵏ (t + k) by hand; the second episode goes on: its last steps bootstrap from the newest one
    expect(drawn([5, 2], "terminates", 3, true)).toEqual({
      0: { reward: 0 + 1 / 2 + 2 / 4, discount: 1 / 8, to: 3 },
      1: { reward: 1 + 2 / 2 + 3 / 4, discount: 1 / 8, to: 4 },
      2: { reward: 2 + 3 / 2 + 4 / 4, discount: 0, to: 5 },
      3: { reward: 3 + 4 / 2, discount: 0, to: 5 },
      4: { reward: 4, discount: 0, to: 5 },
      100: { reward: 0 + 1 / 2, discount: 1 / 4, to: 102 },
      101: { reward: 1, discount: 1 / 2, to: 102 },
    });
    expect(drawn([3], "is truncated", 3)).toMatchObject({
      1: { reward: 1 + 2 / 2, discount: 1 / 4, to: 3 },
    });
  });

  test("are drawn with equal probabilities, by key", () => {
    const kept = buffer(2, { capacity: 40 });
    const row = (from: number, end: Row["end"]): Row => ({ from, to: from + 1, reward: 0, end });
    for (let t = 0; t < 6; t++)
      fill(kept, [[row(t, t % 2 === 1 ? "terminates" : "goes on"), row(50 + t, "goes on")]]);
    expect(kept.size).toBe(12);
    const draw = (seed: number): number[] => {
      const { transitions } = kept.sample(random.key(seed), { batchSize: BATCH, discount: 1 });
      const actions = list(transitions.action);
      tree.dispose(transitions);
      return actions;
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    const shares = [...new Set(draw(3))].map((a) => draw(3).filter((b) => b === a).length / BATCH);
    expect(shares).toHaveLength(12);
    expect(shares).toBeWithinStandardErrors(1 / 12, Math.sqrt(((1 / 12) * (11 / 12)) / BATCH)); // binomial
    tree.dispose(draw);
  });

  test("keep the newest steps of each copy, and leave no tensors", () => {
    const kept = buffer(1, { capacity: 5 });
    const before = tf.memory().numTensors;
    fill(kept, episodes([3, 4], "terminates"));
    // Entries: …, 100, 101, 102, 103, 104 (last), head (empty): of five, three are steps
    const sample = kept.sample(random.key(0), { batchSize: 100, discount: 1, steps: 2 });
    expect([...new Set(list(sample.transitions.action))].sort()).toEqual([101, 102, 103]);
    expect(kept.size).toBe(3);
    tree.dispose(sample);
    expect(tf.memory().numTensors).toBe(before);
  });

  test("of trees with pictures are kept as bytes, and come back within half a step of them", () => {
    const frame = random.uniform(random.key(2), [3, 4, 4, 3]);
    const next = random.uniform(random.key(3), [3, 4, 4, 3]);
    const observe = (x: tf.Tensor) => ({ frame: x, speed: tf.tensor1d([0.1, 0.2, 0.3]) });
    const action = { push: tf.tensor2d([[1], [2], [3]]), logProb: tf.tensor1d([-1, -2, -3]) };
    const kept = replay({ observation: observe(frame), action }, { capacity: 9 });
    kept.add({
      observation: observe(frame),
      action,
      reward: tf.zeros([3]),
      terminated: tf.zeros([3], "bool"),
      truncated: tf.zeros([3], "bool"),
      nextObservation: observe(next),
    });
    const { transitions } = kept.sample(random.key(4), { batchSize: 5, discount: 1 });
    const rows = list(transitions.action.push).map((push) => push - 1);
    const index = tf.tensor1d(rows, "int32");
    const tolerance = { abs: 0.5 / 255 + 1e-6 };
    expect(transitions.observation.frame).toBeNear(tf.gather(frame, index), tolerance);
    expect(transitions.nextObservation.frame).toBeNear(tf.gather(next, index), tolerance);
    expect(transitions.observation.speed).toBeNear(
      rows.map((row) => Math.fround([0.1, 0.2, 0.3][row] ?? NaN)),
      {},
    );
    expect(transitions.action.logProb).toBeNear(
      rows.map((row) => -row - 1),
      {},
    );
  });
});

describe("add", () => {
  const row: Row = { from: 0, to: 1, reward: 0, end: "goes on" };

  test("refuses what does not fit, and then adds nothing", () => {
    const kept = buffer(1, { capacity: 10 });
    fill(kept, [[row]]);
    const good = stepOf([{ ...row, from: 1, to: 2 }]);
    const cases: [object, string][] = [
      [
        { observation: tf.zeros([1, 3]) },
        "replay.add: observation must be float32 [1, 2], got float32 [1, 3]",
      ],
      [
        { nextObservation: tf.zeros([1, 2], "int32") },
        "replay.add: nextObservation must be float32 [1, 2], got int32 [1, 2]",
      ],
      [{ action: { a: tf.zeros([1]) } }, "replay.add: action must have the leaves action, got action.a"],
      [{ reward: tf.tensor1d([NaN]) }, "replay.add: reward must be finite, got NaN in row 0"],
      [{ terminated: tf.zeros([2], "bool") }, "replay.add: terminated must be [B=1], got [2]"],
      [
        { observation: tf.zeros([1, 2]) },
        "replay.add: observation must be the nextObservation of the step before, got another one in row 0; " +
          "where an episode was left before its end, call endEpisodes() first",
      ],
    ];
    for (const [part, message] of cases) expect(() => kept.add({ ...good, ...part })).toThrow(message);
    expect(kept.size).toBe(1);
    kept.add(good);
    expect(kept.size).toBe(2);
  });

  test("accepts another start after endEpisodes, which bootstraps as a limit does", () => {
    const kept = buffer(1, { capacity: 10 });
    fill(kept, [[row]]);
    kept.endEpisodes();
    kept.endEpisodes();
    fill(kept, [[{ ...row, from: 7, to: 8 }]]);
    const { transitions } = kept.sample(random.key(0), { batchSize: 50, discount: 0.5, steps: 3 });
    const pairs = list(transitions.action).map((a, i) => `${a} ${list(transitions.discount)[i] ?? ""}`);
    expect([...new Set(pairs)].sort()).toEqual(["0 0.5", "7 0.5"]);
  });

  test("refuses numbers that are not from 0 to 1 for bytes", () => {
    const picture = tf.fill([1, 2, 2, 1], 255);
    const action = tf.zeros([1], "int32");
    const step = { ...stepOf([row]), observation: picture, nextObservation: picture, action };
    const kept = replay({ observation: picture, action }, { capacity: 4 });
    expect(() => {
      kept.add(step);
    }).toThrow(
      "replay.add: observation must have numbers from 0 to 1 to be kept as bytes, got 255; " +
        "scale it, or give bytes: () => false",
    );
    const floats = replay({ observation: picture, action }, { capacity: 4, bytes: () => false });
    floats.add(step);
    expect(floats.sample(random.key(0), { batchSize: 1, discount: 1 }).transitions.observation).toBeNear(
      picture,
      {},
    );
  });
});

describe("options", () => {
  test("are checked", () => {
    const observation = tf.zeros([2, 3]);
    const action = tf.zeros([2], "int32");
    expect(() => replay({ observation, action }, { capacity: 3 })).toThrow(
      "replay: capacity must be an integer >= 4, got 3",
    );
    expect(() => replay({ observation, action: tf.zeros([3]) }, { capacity: 9 })).toThrow(
      "replay: observation and action must be trees of tensors [B, ...] with one B > 0, got action [3], " +
        "observation [2, 3]",
    );
    expect(() => replay({ observation, action }, { capacity: 9, priority: { exponent: 2 } })).toThrow(
      "replay: priority.exponent must be in [0, 1], got 2",
    );
    const kept = buffer(1, { capacity: 9 });
    expect(() => kept.sample(random.key(0), { batchSize: 1, discount: 1 })).toThrow(
      "replay.sample: there must be at least one step, got none; add steps first",
    );
    expect(() => kept.sample(random.key(0), { batchSize: 1, discount: 1.1 })).toThrow(
      "replay.sample: discount must be in [0, 1], got 1.1",
    );
    expect(() => kept.sample(random.key(0), { batchSize: 1, discount: 1, steps: 0 })).toThrow(
      "replay.sample: steps must be a positive integer, got 0",
    );
  });
});
