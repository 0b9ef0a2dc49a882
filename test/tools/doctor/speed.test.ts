import { tf } from "latent";
import { expect, test } from "vitest";
import { matmulSpeed } from "../../../tools/doctor/speed";

test("returns a positive number, and leaves no tensors", async () => {
  const before = tf.memory().numTensors;
  const speed = await matmulSpeed(32, 3);
  expect(speed).toBeGreaterThan(0);
  expect(Number.isFinite(speed)).toBe(true);
  expect(tf.memory().numTensors).toBe(before);
});
