import { tf, valueAndGrad } from "latent";
import { expect, test } from "vitest";
import { stirlingError, stirlingErrorSlope } from "../../../lib/core/special/stirling";
import { fixture } from "../../support/fixtures";

const { stirling: mpmath } = fixture("special") as { stirling: Record<"y" | "error" | "slope", number[]> };

test("what Stirling's formula leaves, and its slope, agree with mpmath", () => {
  const y = tf.tensor1d(mpmath.y);
  expect(stirlingError(y)).toBeNear(mpmath.error, { abs: 3e-7, rel: 3e-7 });
  expect(stirlingErrorSlope(y)).toBeNear(mpmath.slope, { abs: 3e-7, rel: 3e-7 });
});

test("the gradient is the slope", () => {
  const y = tf.tensor1d(mpmath.y);
  const { grads } = valueAndGrad((x: tf.Tensor) => stirlingError(x).sum())(y);
  expect(grads).toBeNear(stirlingErrorSlope(y), { abs: 5e-7, rel: 1e-6 });
});
