import * as tf from "@tensorflow/tfjs";
import { checkCount, checkShape } from "../core/shape";

/**
 * Points on the straight line from a to b, ends included: (1 − t) a + t b, t = 0 … 1.
 *
 * @param a and `b` vectors [Z].
 * @returns [steps, Z].
 */
export function linear(a: tf.Tensor, b: tf.Tensor, steps: number): tf.Tensor2D {
  checkEnds("interpolate.linear", a, b, steps);
  return tf.tidy(() => {
    const t = tf.linspace(0, 1, steps).expandDims(1);
    return tf.sub(1, t).mul(a).add<tf.Tensor2D>(t.mul(b));
  });
}

/**
 * Points on the great-circle arc from a to b, ends included, the lengths of the vectors growing along geometrically
 * (Shoemake 1985; for latent spaces White 2016, "Sampling generative networks").
 *
 * Vectors of a standard normal in many dimensions have nearly the same length √Z, which the straight line cuts short in the
 * middle and the arc keeps.
 *
 * @param a and `b` vectors [Z] of a length above 0; for opposite ones the arc is not unique, and the line is taken.
 * @returns [steps, Z].
 */
export function spherical(a: tf.Tensor, b: tf.Tensor, steps: number): tf.Tensor2D {
  checkEnds("interpolate.spherical", a, b, steps);
  return tf.tidy(() => {
    const [lengthA, lengthB] = [a.norm(), b.norm()];
    const [u, v] = [a.div(lengthA), b.div(lengthB)];
    const omega = u.mul(v).sum().clipByValue(-1, 1).acos();
    const t = tf.linspace(0, 1, steps).expandDims(1);
    const sin = omega.sin();
    const arc = tf.sub(1, t).mul(omega).sin().mul(u).add(t.mul(omega).sin().mul(v)).div(sin);
    const length = tf.sub(1, t).mul(lengthA.log()).add(t.mul(lengthB.log())).exp();
    const isArc = sin.greater(1e-4).logicalAnd(lengthA.mul(lengthB).greater(0));
    return tf.where(isArc.broadcastTo(arc.shape), arc.mul(length), linear(a, b, steps)) as tf.Tensor2D;
  });
}

function checkEnds(caller: string, a: tf.Tensor, b: tf.Tensor, steps: number): void {
  checkCount(caller, "steps", steps, 2);
  checkShape(caller, "a", a, ["Z"], "squeeze() a single row");
  checkShape(caller, "b", b, [`Z=${a.shape[0]}`]);
}
