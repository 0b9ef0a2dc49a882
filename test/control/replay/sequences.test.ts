import { random, tree } from "latent";
import { describe, expect, test } from "vitest";
import { buffer, episodes, fill, list } from "./steps";

const BATCH = 3000;
const LENGTH = 3;

/** Draws windows of three steps from episodes of 5, 2 and 4 steps, of which the last goes on. */
function windows(whole: boolean): { starts: number[]; first: string[] } {
  const kept = buffer(1, { capacity: 100 });
  fill(kept, episodes([5, 2, 4], "terminates", true));
  const drawn = kept.sequences(random.key(2), { batchSize: BATCH, length: LENGTH, whole });
  const [observation, action, reward, terminated, mask] = [
    drawn.observation.slice([0, 0, 0], [-1, -1, 1]),
    drawn.action,
    drawn.reward,
    drawn.terminated,
    drawn.mask,
  ].map(list) as [number[], number[], number[], number[], number[]];
  const row = (values: readonly number[], b: number): (number | undefined)[] =>
    Array.from({ length: values.length / BATCH }, (_, t) => values[t * BATCH + b]);
  const text = Array.from({ length: BATCH }, (_, b) =>
    [observation, action, reward, terminated, mask].map((values) => row(values, b).join(" ")).join(" | "),
  );
  expect(drawn.observation).toHaveShape([LENGTH + 1, BATCH, 2]);
  tree.dispose(drawn);
  return { starts: action.slice(0, BATCH), first: [...new Set(text)].sort() };
}

describe("sequences", () => {
  test("lie within one episode", () => {
    expect(windows(true).first).toEqual(
      [
        "0 1 2 3 | 0 1 2 | 0 1 2 | 0 0 0 | 1 1 1",
        "1 2 3 4 | 1 2 3 | 1 2 3 | 0 0 0 | 1 1 1",
        "2 3 4 5 | 2 3 4 | 2 3 4 | 0 0 1 | 1 1 1",
        "200 201 202 203 | 200 201 202 | 0 1 2 | 0 0 0 | 1 1 1",
        "201 202 203 204 | 201 202 203 | 1 2 3 | 0 0 0 | 1 1 1",
      ].sort(),
    );
  });

  test("that are not whole end with their episode, and have a mask", () => {
    expect(windows(false).first).toEqual(
      [
        "0 1 2 3 | 0 1 2 | 0 1 2 | 0 0 0 | 1 1 1",
        "1 2 3 4 | 1 2 3 | 1 2 3 | 0 0 0 | 1 1 1",
        "2 3 4 5 | 2 3 4 | 2 3 4 | 0 0 1 | 1 1 1",
        "3 4 5 0 | 3 4 0 | 3 4 0 | 0 1 0 | 1 1 0",
        "4 5 0 0 | 4 0 0 | 4 0 0 | 1 0 0 | 1 0 0",
        "100 101 102 0 | 100 101 0 | 0 1 0 | 0 1 0 | 1 1 0",
        "101 102 0 0 | 101 0 0 | 1 0 0 | 1 0 0 | 1 0 0",
        "200 201 202 203 | 200 201 202 | 0 1 2 | 0 0 0 | 1 1 1",
        "201 202 203 204 | 201 202 203 | 1 2 3 | 0 0 0 | 1 1 1",
        "202 203 204 0 | 202 203 0 | 2 3 0 | 0 0 0 | 1 1 0",
        "203 204 0 0 | 203 0 0 | 3 0 0 | 0 0 0 | 1 0 0",
      ].sort(),
    );
  });

  test.each([
    [true, 5],
    [false, 11],
  ])("begin at each place with equal probabilities (whole: %s)", (whole, places) => {
    const { starts } = windows(whole);
    const shares = [...new Set(starts)].map((a) => starts.filter((b) => b === a).length / BATCH);
    expect(shares).toHaveLength(places);
    const p = 1 / places;
    expect(shares).toBeWithinStandardErrors(p, Math.sqrt((p * (1 - p)) / BATCH)); // binomial
  });

  test("are found where they are rare, and missed with advice", () => {
    const kept = buffer(1, { capacity: 1000 });
    fill(
      kept,
      episodes([...new Array<number>(200).fill(1), 6, ...new Array<number>(200).fill(1)], "terminates"),
    );
    const drawn = kept.sequences(random.key(1), { batchSize: 2, length: 6 });
    expect(list(drawn.action.slice([0, 0], [1, -1]))).toEqual([20_000, 20_000]);
    expect(() => kept.sequences(random.key(1), { batchSize: 2, length: 7 })).toThrow(
      "replay.sequences: there must be 7 steps of an episode in a row, got none; " +
        "add steps, or give a shorter length or whole: false",
    );
  });

  test("do not cross the place where new steps overwrite old ones", () => {
    const kept = buffer(1, { capacity: 8 });
    fill(kept, episodes([50], "terminates", true));
    const { action } = kept.sequences(random.key(1), { batchSize: 500, length: 4 });
    // 8 entries: the head, and steps 43 … 49
    expect([...new Set(list(action.slice([0, 0], [1, -1])))].sort()).toEqual([43, 44, 45, 46]);
    expect(list(action.slice([3, 0], [1, -1]))).toEqual(list(action.slice([0, 0], [1, -1]).add(3)));
  });
});
