/**
 * The incomplete beta function, as an integral over one side of x.
 *
 * With log t/(1 − t) = log x/(1 − x) − s, P(X ≤ x) is x^a (1 − x)^b / (a B(a, b)) · (1 + (a + b) x ∫ e^−φ ds)
 * after one integration by parts, where
 *
 *   φ(s) = (a + 1) s + n log(1 − x (1 − e⁻ˢ)) = −b s + n log(1 + (1 − x) (eˢ − 1)),  n = a + b + 1,
 *
 * increases where x ≤ (a + 1) / (a + b + 2). Elsewhere the other side is computed, with a and b, x and 1 − x
 * exchanged. Every term is positive; nothing cancels.
 */
import * as tf from "@tensorflow/tfjs";
import { gaussLegendre } from "../numeric/gauss-legendre";
import { stopGradient } from "../tensor/grad";
import { exponentialExcess, ratioExcess } from "./convex";
import { stirlingError } from "./stirling";

/** The integral ends where φ is at least about 20. With 24 nodes its error is 2·10⁻⁷, relative. */
const [END, RULE] = [20, gaussLegendre(24)];

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** A number in (0, 1), given by both distances, so that neither is rounded away. */
export interface Fraction {
  /** x. */
  readonly x: tf.Tensor;
  /** 1 − x. */
  readonly y: tf.Tensor;
  /** log x. */
  readonly logX: tf.Tensor;
  /** log (1 − x). */
  readonly logY: tf.Tensor;
}

/**
 * Returns log(x^a (1 − x)^b / B(a, b)), the log-density of the log odds of x ~ Beta(a, b), elementwise.
 *
 * It is −a E(x/m) − b E((1 − x)/(1 − m)) + ½ log(ab/n) − ½ log 2π − δ(a) − δ(b) + δ(n), with E(r) = r − 1 −
 * log r, n = a + b, the mean m = a/n, and Stirling's error δ.
 */
export function logBetaKernel(a: tf.Tensor, b: tf.Tensor, { x, y, logX, logY }: Fraction): tf.Tensor {
  const n = a.add(b);
  const [logA, logB, logN] = [a.log(), b.log(), n.log()];
  const excess = tf.where(stopGradient(x).less(0.5), n.mul(x).sub(a), b.sub(n.mul(y))); // n (x − m)
  const ones = a.mul(ratioExcess(excess.div(a), logX.add(logN).sub(logA)));
  const zeros = b.mul(ratioExcess(excess.neg().div(b), logY.add(logN).sub(logB)));
  const errors = stirlingError(n).sub(stirlingError(a)).sub(stirlingError(b));
  return logA.add(logB).sub(logN).mul(0.5).sub(HALF_LOG_TWO_PI).add(errors).sub(ones).sub(zeros);
}

/**
 * Returns P(X ≤ x) for X ~ Beta(a, b), elementwise; without cancellation where x ≤ (a + 1) / (a + b + 2).
 *
 * @param a a > 0; like b and x of one shape.
 */
export function betaCdf(a: tf.Tensor, b: tf.Tensor, at: Fraction): tf.Tensor {
  const border = stopGradient(a.add(1)).div(stopGradient(a.add(b).add(2)));
  const isBelow = stopGradient(at.x).lessEqual(border);
  const pick = (below: tf.Tensor, above: tf.Tensor): tf.Tensor => tf.where(isBelow, below, above);
  const side = {
    x: pick(at.x, at.y),
    y: pick(at.y, at.x),
    logX: pick(at.logX, at.logY),
    logY: pick(at.logY, at.logX),
  };
  const [first, second] = [pick(a, b), pick(b, a)];
  const p = logBetaKernel(first, second, side)
    .exp()
    .mul(betaRatioBelow(first, second, side))
    .minimum(1);
  return pick(p, tf.sub(1, p));
}

/**
 * Returns P(X ≤ x) over the density of the log odds at x, (1 + (a + b) x ∫ e^−φ ds) / a, elementwise: the
 * reciprocal of the slope of log P(X ≤ x) over the log odds.
 *
 * @param at x ≤ (a + 1) / (a + b + 2).
 */
export function betaRatioBelow(a: tf.Tensor, b: tf.Tensor, { x, y }: Pick<Fraction, "x" | "y">): tf.Tensor {
  const n = a.add(b).add(1);
  const isLeft = stopGradient(x).less(0.5);
  const slope = tf.where(isLeft, a.add(1).sub(n.mul(x)), n.mul(y).sub(b)); // φ′(0)
  const end = endOf(stopGradient(slope), stopGradient(n.mul(x).mul(y)));
  const s = end.expandDims(-1).mul(tf.tensor1d([...RULE.nodes])); //          [..., 24]
  const left = bend(x.expandDims(-1), s.neg(), s);
  const right = bend(y.expandDims(-1), s, s.neg());
  const curve = tf.where(isLeft.expandDims(-1), left, right);
  const phi = slope.expandDims(-1).mul(s).add(n.expandDims(-1).mul(curve));
  const integral = phi
    .neg()
    .exp()
    .mul(tf.tensor1d([...RULE.weights]))
    .sum(-1)
    .mul(end);
  return a.add(b).mul(x).mul(integral).add(1).div(a);
}

/**
 * log(1 + u) − p t with u = p (eᵗ − 1); for t < 1 as p (eᵗ − 1 − t) − (u − log(1 + u)), which does not cancel
 * to first order.
 *
 * @param back −t.
 */
function bend(p: tf.Tensor, t: tf.Tensor, back: tf.Tensor): tf.Tensor {
  const u = p.mul(t.expm1());
  const near = back.maximum(-1);
  const nearU = p.mul(near.neg().expm1());
  const close = p.mul(exponentialExcess(near)).sub(ratioExcess(nearU, nearU.log1p()));
  return tf.where(back.greater(-1), close, u.log1p().sub(p.mul(t)));
}

/** The s at which g s + c s² / (2 + s) = 20, with the slope g and the curvature c of φ at 0. */
function endOf(slope: tf.Tensor, curvature: tf.Tensor): tf.Tensor {
  const sum = slope.add(curvature);
  const b = slope.mul(2).sub(END);
  return b
    .square()
    .add(sum.mul(8 * END))
    .sqrt()
    .sub(b)
    .div(sum.mul(2));
}
