import { tf, valueAndGrad } from "latent";
import { expect, test } from "vitest";
import { stirlingError, stirlingErrorSlope } from "../../../lib/core/special/stirling";
import { fixture } from "../../support/fixtures";

const { stirling: mpmath } = fixture("special") as { stirling: Record<"y" | "error" | "slope", number[]> };

test("what Stirling's formula leaves, and its slope, agree with mpmath", () => {
  const y = tf.tensor1d(mpmath.y);
  // Near y = 1, (y + ½) log(1 + 1/y) − 1 subtracts 1 from 1.04: an error of 3 ulp in the logarithm, which
  // depends on the processor, is 1.5 · 3 · 6e-8, and the sum and the product round by another 1.2e-7
  expect(stirlingError(y)).toBeNear(mpmath.error, { abs: 4e-7, rel: 3e-7 });
  expect(stirlingErrorSlope(y)).toBeNear(mpmath.slope, { abs: 4e-7, rel: 3e-7 });
});

test("the gradient is the slope", () => {
  const y = tf.tensor1d(mpmath.y);
  const { grads } = valueAndGrad((x: tf.Tensor) => stirlingError(x).sum())(y);
  expect(grads).toBeNear(stirlingErrorSlope(y), { abs: 5e-7, rel: 1e-6 });
});
