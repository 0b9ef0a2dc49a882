import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";

/**
 * Points on the straight line from a to b: (1 − t) a + t b, t = 0 … 1 in equal steps. The first is a, the last b, exactly.
 *
 * @param a and `b` vectors [Z].
 * @param steps how many points, at least 2.
 * @returns [steps, Z].
 */
export function linear(a: tf.Tensor, b: tf.Tensor, steps: number): tf.Tensor2D {
  checkEnds("interpolate.linear", a, b, steps);
  return tf.tidy(() => line(a, b, portions(steps)));
}

/** From here on sin(s ω) / sin ω is taken as it stands; below, its limit s differs by less than 10⁻⁷. */
const SMALL_ANGLE = 5e-4;

/**
 * Points on the great-circle arc from a to b in equal steps, the lengths of the vectors going along geometrically:
 * |a|¹⁻ᵗ |b|ᵗ (Shoemake 1985; for latent spaces White 2016, "Sampling generative networks"). The first is a, the last b, exactly.
 *
 * Vectors of a standard normal in many dimensions have nearly the same length √Z, which the straight line cuts short in the
 * middle and the arc keeps.
 *
 * @param a and `b` vectors [Z]. Where one is zero, or they are opposite (within 10⁻³ rad), there is no one arc, and the line
 *   is taken.
 * @param steps how many points, at least 2.
 * @returns [steps, Z].
 */
export function spherical(a: tf.Tensor, b: tf.Tensor, steps: number): tf.Tensor2D {
  checkEnds("interpolate.spherical", a, b, steps);
  return tf.tidy(() => {
    const [lengthA, lengthB] = [a.norm(), b.norm()];
    const [u, v] = [a.div(lengthA), b.div(lengthB)];
    const omega = tf.atan2(u.sub(v).norm(), u.add(v).norm()).mul(2); // the angle, also where its cosine is nearly ±1
    const t = portions(steps);
    const s = tf.sub(1, t);
    const share = (part: tf.Tensor): tf.Tensor =>
      tf.where(omega.greater(SMALL_ANGLE), part.mul(omega).sin().div(omega.sin()), part);
    const fromA = share(s).mul(lengthB.div(lengthA).pow(t)).mul(a);
    const fromB = share(t).mul(lengthA.div(lengthB).pow(s)).mul(b);
    const isArc = omega.less(Math.PI - 1e-3).logicalAnd(lengthA.mul(lengthB).greater(0));
    return tf.where<tf.Tensor2D>(isArc, fromA.add<tf.Tensor2D>(fromB), line(a, b, t));
  });
}

/** 0 … 1 in equal steps, [steps, 1]; unlike `tf.linspace` with both ends exact on every backend. */
const portions = (steps: number): tf.Tensor =>
  tf.tensor2d(
    Array.from({ length: steps }, (_, i) => i / (steps - 1)),
    [steps, 1],
  );

const line = (a: tf.Tensor, b: tf.Tensor, t: tf.Tensor): tf.Tensor2D =>
  tf.sub(1, t).mul(a).add<tf.Tensor2D>(t.mul(b));

function checkEnds(caller: string, a: tf.Tensor, b: tf.Tensor, steps: number): void {
  checkCount(caller, "steps", steps, 2);
  checkShape(caller, "a", a, ["Z"], "squeeze() a single row");
  checkShape(caller, "b", b, [`Z=${a.shape[0]}`]);
}
