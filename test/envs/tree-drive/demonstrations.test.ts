import { random, tf } from "latent";
import { treeDrive } from "latent/envs";
import { describe, expect, test } from "vitest";

const { contact, demonstrations, observe, road, step } = treeDrive;
function pathsOf(watched: treeDrive.Demonstrations): treeDrive.Point[][] {
  return watched.paths.arraySync() as unknown as treeDrive.Point[][];
}
function isLeft(path: readonly treeDrive.Point[]): boolean {
  return (path.at(-1)?.[1] ?? NaN) > 0;
}

describe("treeDrive.demonstrations", () => {
  test.each([
    [0, 0],
    [0.25, 50],
    [0.5, 100],
    [1, 200],
  ])("with leftShare %d, %i of 200 pass on the left, and none touches anything", (leftShare, lefts) => {
    const paths = pathsOf(demonstrations(random.key(2), 200, { leftShare }));
    expect(paths.filter(isLeft)).toHaveLength(lefts);
    for (const path of paths) {
      expect(path.at(-1)?.[0]).toBeGreaterThan(road.length);
      path.slice(1).forEach((to, i) => {
        expect(contact(path[i] ?? to, to)).toBeUndefined();
      });
    }
  });

  test("choose the side independently of the start", () => {
    const n = 1000;
    const starts = pathsOf(demonstrations(random.key(3), n)).map((path) => ({
      y: path[0]?.[1] ?? NaN,
      left: isLeft(path),
    }));
    const mean = (side: boolean): number =>
      starts.filter(({ left }) => left === side).reduce((sum, { y }) => sum + y, 0) / (n / 2);
    expect(mean(true) - mean(false)).toBeWithinStandardErrors(0, road.startSpread * Math.sqrt(4 / n));
  });

  test("have the observation and action of each step", () => {
    const { observations, actions, paths } = demonstrations(random.key(1), 7);
    const steps = paths.shape[1] - 1;
    const before = paths.slice([0, 0, 0], [-1, steps, -1]).reshape([7 * steps, 2]);
    expect(observations).toBeNear(observe(before), { abs: 1e-6 });
    expect(step(before, actions)).toBeNear(paths.slice([0, 1, 0]).reshape([7 * steps, 2]), { abs: 1e-5 });
  });

  test("without jitter, drivers with the same side and start act alike; the draws depend on the key", () => {
    const still = { ...road, startSpread: 1e-9 };
    const paths = pathsOf(demonstrations(random.key(1), 4, { jitter: 0, leftShare: 1 }, still));
    expect(paths[0]?.flat() ?? []).toBeNear(paths[1]?.flat() ?? [], { abs: 1e-5 });
    const [a, b, c] = [5, 5, 6].map((seed) => demonstrations(random.key(seed), 3).actions);
    expect(a ?? NaN).toBeNear(b ?? NaN, {});
    expect(a ?? NaN).not.toBeNear(c ?? NaN, { abs: 1e-3 });
  });

  test("leave three tensors", () => {
    expect(() => demonstrations(random.key(1), 3)).toLeaveTensors(3);
  });

  test.each([
    [() => demonstrations(random.key(1), 0), "n must be a positive integer, got 0"],
    [() => demonstrations(random.key(1), 3, { leftShare: 1.2 }), "leftShare must be in [0, 1], got 1.2"],
    [() => demonstrations(random.key(1), 3, { leftShare: NaN }), "leftShare must be in [0, 1], got NaN"],
    [() => demonstrations(random.key(1), 3, { jitter: -1 }), "jitter must be a finite number >= 0, got -1"],
  ])("rejects %#", (act, message) => {
    const before = tf.memory().numTensors;
    expect(act).toThrow(new Error(`treeDrive.demonstrations: ${message}`));
    expect(tf.memory().numTensors).toBe(before);
  });
});
