import { random, tf } from "latent";
import { treeDrive } from "latent/envs";
import { describe, expect, test } from "vitest";

const { road, start, step, observe } = treeDrive;

describe("treeDrive.step", () => {
  const cars = tf.tensor2d([0, 0, 3, -1, 5, 2], [3, 2]);

  test("moves by a stride at the angle of the action, clipped to ±1", () => {
    const half = Math.SQRT1_2;
    expect(step(cars, tf.tensor2d([0, 1, -7], [3, 1]))).toBeNear(
      [1, 0, 3 + half, half - 1, 5 + half, 2 - half],
      {
        abs: 1e-6,
      },
    );
  });

  test("does not change its argument, and leaves one tensor", () => {
    expect(() => step(cars, tf.zeros([3, 1]))).toLeaveTensors(2); // the result and the action
    expect(cars).toBeNear([0, 0, 3, -1, 5, 2], {});
  });

  test("rejects other shapes", () => {
    expect(() => step(tf.zeros([3]), tf.zeros([3, 1]))).toThrow(
      new Error("treeDrive.step: cars must be [B, 2], got [3]"),
    );
    expect(() => step(cars, tf.zeros([3]))).toThrow(
      new Error("treeDrive.step: action must be [B=3, 1], got [3]; give one row per car"),
    );
  });
});

describe("treeDrive.start and treeDrive.observe", () => {
  test("cars start at y ~ N(0, startSpread²)", () => {
    const n = 10_000;
    const [x, y] = tf.split(start(random.key(1), n), 2, 1);
    expect(x?.abs().max() ?? NaN).toBeNear(0, {});
    expect(y?.mean() ?? NaN).toBeWithinStandardErrors(0, road.startSpread / Math.sqrt(n));
    // The standard error of a standard deviation is σ / √(2n)
    const deviation = tf.moments(y ?? x ?? tf.scalar(NaN)).variance.sqrt();
    expect(deviation).toBeWithinStandardErrors(road.startSpread, road.startSpread / Math.sqrt(2 * n));
    expect(() => start(random.key(1), 3)).toLeaveTensors(1);
    expect(() => start(random.key(1), 0)).toThrow(
      new Error("treeDrive.start: n must be a positive integer, got 0"),
    );
  });

  test("observations on the road are within ±1", () => {
    const corners = tf.tensor2d([0, -4, 10, 0, 20, 4], [3, 2]);
    expect(observe(corners)).toBeNear([-1, -1, 0, 0, 1, 1], { abs: 1e-6 });
    expect(() => observe(corners)).toLeaveTensors(1);
    expect(() => observe(tf.zeros([2, 3]))).toThrow(
      new Error("treeDrive.observe: cars must be [B, 2], got [2, 3]"),
    );
  });
});
