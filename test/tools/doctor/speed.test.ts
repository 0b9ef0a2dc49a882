import { tf } from "latent";
import { expect, it } from "vitest";
import { matmulSpeed } from "../../../tools/doctor/speed";

it("is a positive number, and leaves no tensors behind", async () => {
  const before = tf.memory().numTensors;
  const speed = await matmulSpeed(32, 3);
  expect(speed).toBeGreaterThan(0);
  expect(Number.isFinite(speed)).toBe(true);
  expect(tf.memory().numTensors).toBe(before);
});
