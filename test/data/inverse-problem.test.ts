import { expect, test } from "vitest";
import { random } from "latent";
import { inverseProblem } from "latent/data";

test("x is the wave of y plus uniform noise of half-width 0.1", () => {
  const { x, y } = inverseProblem(random.key(1), 10_000);
  expect([...x.shape, ...y.shape]).toEqual([10_000, 1, 10_000, 1]);
  const noise = x.sub(
    y
      .mul(2 * Math.PI)
      .sin()
      .mul(0.3)
      .add(y),
  );
  expect(noise.abs().max().dataSync()[0]).toBeLessThanOrEqual(0.1 + 1e-6);
  // U(−a, a) has the standard deviation a / √3, and U(0, 1) has 1 / √12
  expect(noise.mean()).toBeWithinStandardErrors(0, 0.1 / Math.sqrt(3 * 10_000));
  expect(y.mean()).toBeWithinStandardErrors(0.5, 1 / Math.sqrt(12 * 10_000));
});

test("is a function of its key and leaves two tensors", () => {
  const [a, b] = [inverseProblem(random.key(2), 5), inverseProblem(random.key(2), 5)];
  expect(a.x).toBeNear(b.x, {});
  expect(() => inverseProblem(random.key(2), 5)).toLeaveTensors(2);
  expect(() => inverseProblem(random.key(2), 0)).toThrow(
    new Error("inverseProblem: n must be a positive integer, got 0"),
  );
});
