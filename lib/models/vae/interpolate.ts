import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";

/**
 * Returns evenly spaced points on the line from a to b: (1 − t) a + t b for t from 0 to 1. The first is
 * exactly a, the last exactly b.
 *
 * @param a start, [Z].
 * @param b end, [Z].
 * @param steps the number of points, at least 2.
 * @returns [steps, Z].
 * @throws if a and b are not vectors of the same length, or steps is not an integer ≥ 2.
 */
export function linear(a: tf.Tensor, b: tf.Tensor, steps: number): tf.Tensor2D {
  checkEnds("interpolate.linear", a, b, steps);
  return tf.tidy(() => line(a, b, fractions(steps)));
}

/** Below this angle ω, sin(s ω) / sin ω is replaced by its limit s, which differs by less than 10⁻⁷. */
const SMALL_ANGLE = 5e-4;

/**
 * Returns points at equal angles on the great-circle arc from a to b, with norms interpolated geometrically:
 * |a|¹⁻ᵗ |b|ᵗ (Shoemake 1985; for latent spaces White 2016, "Sampling generative networks"). The first is
 * exactly a, the last exactly b.
 *
 * Draws from a standard normal in many dimensions have norms close to √Z. Points on the straight line between
 * two of them have smaller norms; points on the arc do not.
 *
 * @param a start, [Z].
 * @param b end, [Z]. If either vector is zero or the two are opposite (within 10⁻³ rad), the arc is not
 *   unique and the line is used instead.
 * @param steps the number of points, at least 2.
 * @returns [steps, Z].
 * @throws if a and b are not vectors of the same length, or steps is not an integer ≥ 2.
 */
export function spherical(a: tf.Tensor, b: tf.Tensor, steps: number): tf.Tensor2D {
  checkEnds("interpolate.spherical", a, b, steps);
  return tf.tidy(() => {
    const [lengthA, lengthB] = [a.norm(), b.norm()];
    const [u, v] = [a.div(lengthA), b.div(lengthB)];
    // The angle; unlike acos, accurate near 0 and π.
    const omega = tf.atan2(u.sub(v).norm(), u.add(v).norm()).mul(2);
    const t = fractions(steps);
    const s = tf.sub(1, t);
    const coefficient = (fraction: tf.Tensor): tf.Tensor =>
      tf.where(omega.greater(SMALL_ANGLE), fraction.mul(omega).sin().div(omega.sin()), fraction);
    const fromA = coefficient(s).mul(lengthB.div(lengthA).pow(t)).mul(a);
    const fromB = coefficient(t).mul(lengthA.div(lengthB).pow(s)).mul(b);
    const isArc = omega.less(Math.PI - 1e-3).logicalAnd(lengthA.mul(lengthB).greater(0));
    return tf.where<tf.Tensor2D>(isArc, fromA.add<tf.Tensor2D>(fromB), line(a, b, t));
  });
}

/** Evenly spaced numbers from 0 to 1, [steps, 1]; unlike `tf.linspace`, with exact ends on every backend. */
function fractions(steps: number): tf.Tensor {
  return tf.tensor2d(
    Array.from({ length: steps }, (_, i) => i / (steps - 1)),
    [steps, 1],
  );
}

function line(a: tf.Tensor, b: tf.Tensor, t: tf.Tensor): tf.Tensor2D {
  return tf.sub(1, t).mul(a).add<tf.Tensor2D>(t.mul(b));
}

function checkEnds(caller: string, a: tf.Tensor, b: tf.Tensor, steps: number): void {
  checkCount(caller, "steps", steps, 2);
  checkShape(caller, "a", a, ["Z"], "squeeze() a single row");
  checkShape(caller, "b", b, [`Z=${a.shape[0]}`]);
}
