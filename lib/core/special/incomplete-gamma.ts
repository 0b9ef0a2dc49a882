/**
 * The incomplete gamma function, and how a quantile of the gamma distribution moves with its shape α.
 *
 * Both are integrals over one side of x. With t = x e⁻ˢ below x and t = x eˢ above it, the integrand is
 * e^{−φ(s)} with φ(0) = 0, increasing and convex where the smaller side is chosen: below where x ≤ max(1, α).
 * Below x, one integration by parts leaves an integrand with α + 1 for α, which decays also for small α:
 *
 *   φ(s) = (α + 1 − x) s + x (s − 1 + e⁻ˢ)   below,    φ(s) = (x − α) s + x (eˢ − 1 − s)   above.
 *
 * Every term of every result is positive; nothing cancels.
 */
import * as tf from "@tensorflow/tfjs";
import { gaussLegendre } from "../numeric/gauss-legendre";
import { stopGradient } from "../tensor/grad";
import { exponentialExcess, ratioExcess } from "./convex";
import { stirlingError, stirlingErrorSlope } from "./stirling";

/** The integrals end where φ = 20: e⁻²⁰ is 2·10⁻⁹. With 20 nodes their error is 6·10⁻⁸, relative. */
const [END, RULE] = [20, gaussLegendre(20)];

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** What both functions need, of α and x of one shape. */
interface Sides {
  /** 1 where the side below x is the smaller one. */
  readonly isBelow: tf.Tensor;
  /** x, limited to where the side below is computed; and 1 + x ∫ e^−φ, ∫ s e^−φ there. */
  readonly below: { readonly x: tf.Tensor; readonly sum: tf.Tensor; readonly first: tf.Tensor };
  /** x, limited to where the side above is computed; and ∫ e^−φ, ∫ s e^−φ there. */
  readonly above: { readonly x: tf.Tensor; readonly sum: tf.Tensor; readonly first: tf.Tensor };
}

function sides(alpha: tf.Tensor, x: tf.Tensor): Sides {
  const border = alpha.maximum(1);
  const [low, high] = [tf.minimum(x, border), tf.maximum(x, border)];
  const below = integrals(endBelow(alpha, low), alpha.add(1).sub(low), low, 1);
  const above = integrals(endAbove(alpha, high), high.sub(alpha), high, -1);
  return {
    isBelow: stopGradient(x).lessEqual(stopGradient(border)),
    below: { x: low, sum: low.mul(below.sum).add(1), first: below.first },
    above: { x: high, ...above },
  };
}

/** ∫ e^−φ and ∫ s e^−φ over [0, end], with φ = slope s + x (s − 1 + e⁻ˢ), or the same of −s in brackets. */
function integrals(
  end: tf.Tensor,
  slope: tf.Tensor,
  x: tf.Tensor,
  sign: 1 | -1,
): { sum: tf.Tensor; first: tf.Tensor } {
  const s = end.expandDims(-1).mul(tf.tensor1d([...RULE.nodes])); //                  [..., 20]
  const phi = slope
    .expandDims(-1)
    .mul(s)
    .add(x.expandDims(-1).mul(exponentialExcess(s.mul(sign))));
  const kernel = phi
    .neg()
    .exp()
    .mul(tf.tensor1d([...RULE.weights]));
  return { sum: kernel.sum(-1).mul(end), first: kernel.mul(s).sum(-1).mul(end) };
}

/** The s at which (α + 1 − x) s + x s² / (2 + s) = 20; as s − 1 + e⁻ˢ is more than s² / (2 + s), φ ≥ 20. */
function endBelow(alpha: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const a = stopGradient(alpha).add(1);
  const b = a.sub(stopGradient(x)).mul(2).sub(END);
  return b
    .square()
    .add(a.mul(8 * END))
    .sqrt()
    .sub(b)
    .div(a.mul(2));
}

/** The s at which (x − α) s + x s²/2 = 20; as eˢ − 1 − s is more than s²/2, φ ≥ 20. */
function endAbove(alpha: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const [a, t] = [stopGradient(alpha), stopGradient(x)];
  const slope = t.sub(a);
  return tf.div(
    2 * END,
    slope
      .square()
      .add(t.mul(2 * END))
      .sqrt()
      .add(slope),
  );
}

/**
 * Returns log(x^α e^−x / Γ(α)), the log-density of log x for x ~ Gamma(α, 1), elementwise: −α (r − 1 − log r)
 * − ½ log(2π / α) − δ(α) with r = x / α.
 *
 * @param alpha α > 0.
 * @param x of the shape of α, positive.
 * @param logX log x.
 */
export function logGammaKernel(alpha: tf.Tensor, x: tf.Tensor, logX: tf.Tensor): tf.Tensor {
  const logAlpha = alpha.log();
  return ratioExcess(x.sub(alpha).div(alpha), logX.sub(logAlpha))
    .mul(alpha)
    .neg()
    .add(logAlpha.mul(0.5))
    .sub(HALF_LOG_TWO_PI)
    .sub(stirlingError(alpha));
}

/**
 * Returns P(X ≤ x) for X ~ Gamma(α, 1), elementwise; without cancellation where x ≤ max(1, α).
 *
 * @param alpha α > 0.
 * @param x of the shape of α, positive.
 */
export function gammaCdf(alpha: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return probability("below", alpha, x);
}

/** Returns P(X > x) for X ~ Gamma(α, 1), elementwise; without cancellation where x > max(1, α). */
export function gammaSurvival(alpha: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return probability("above", alpha, x);
}

/**
 * Returns P(X ≤ x) / (x p(x)) for X ~ Gamma(α, 1), elementwise: the reciprocal of the slope of log P(X ≤ x)
 * over log x.
 *
 * @param x of the shape of α, positive and at most max(1, α).
 */
export function gammaRatioBelow(alpha: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const { sum } = integrals(endBelow(alpha, x), alpha.add(1).sub(x), x, 1);
  return sum.mul(x).add(1).div(alpha);
}

/**
 * Returns P(X > x) / (x p(x)) for X ~ Gamma(α, 1), elementwise.
 *
 * @param x of the shape of α, at least max(1, α).
 */
export function gammaRatioAbove(alpha: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return integrals(endAbove(alpha, x), x.sub(alpha), x, -1).sum;
}

/** The probability of one side; its derivatives are ±p(x), and −p(x) ∂x/∂α with the slope of a quantile. */
function probability(side: "below" | "above", alpha: tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [a, t, save] = args as [tf.Tensor, tf.Tensor, (tensors: tf.Tensor[]) => void];
    save([a, t]);
    return {
      value: tf.tidy(() => probabilityValue(side, a, t)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [at, point] = saved as [tf.Tensor, tf.Tensor];
        const logX = point.log();
        const kernel = logGammaKernel(at, point, logX).exp(); // x p(x)
        const change = dy.mul(side === "below" ? kernel : kernel.neg());
        return [change.mul(logGammaSlope(at, logX)).neg(), change.div(point)];
      },
    };
  })(alpha, x);
}

function probabilityValue(side: "below" | "above", alpha: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const { isBelow, below, above } = sides(alpha, x);
  const kernel = (at: tf.Tensor): tf.Tensor => logGammaKernel(alpha, at, at.log()).exp();
  const lower = kernel(below.x).mul(below.sum).div(alpha).minimum(1);
  const upper = kernel(above.x).mul(above.sum).minimum(1);
  return side === "below"
    ? tf.where(isBelow, lower, tf.sub(1, upper))
    : tf.where(isBelow, tf.sub(1, lower), upper);
}

/**
 * Returns ∂ log x / ∂α where P(X ≤ x) is constant, for X ~ Gamma(α, 1): the implicit reparameterization
 * gradient −(∂P/∂α) / (x p(x)) (Figurnov, Mohamed & Mnih 2018, equation 5).
 *
 * @param alpha α > 0.
 * @param logX log x, of the shape of α; x itself may underflow.
 */
export function logGammaSlope(alpha: tf.Tensor, logX: tf.Tensor): tf.Tensor {
  const x = logX.exp();
  const { isBelow, below, above } = sides(alpha, x);
  const next = alpha.add(1);
  // (x ∫ s e^−φ − (log x − ψ(α + 1)) (1 + x ∫ e^−φ)) / α  and  ∫ s e^−φ + (log x − ψ(α)) ∫ e^−φ
  const fromBelow = below.x
    .mul(below.first)
    .sub(logMinusDigamma(below.x, tf.where(isBelow, logX, below.x.log()), next).mul(below.sum))
    .div(alpha);
  const fromAbove = above.first.add(logMinusDigamma(above.x, above.x.log(), alpha).mul(above.sum));
  return tf.where(isBelow, fromBelow, fromAbove);
}

/** log x − ψ(a) = log(x / a) + 1/2a − δ′(a), without cancellation of the logarithms where x is near a. */
function logMinusDigamma(x: tf.Tensor, logX: tf.Tensor, a: tf.Tensor): tf.Tensor {
  const excess = x.sub(a).div(a);
  const near = excess.abs().less(0.5);
  const ratio = tf.where(near, excess.clipByValue(-0.5, 0.5).log1p(), logX.sub(a.log()));
  return ratio.add(a.mul(2).reciprocal()).sub(stirlingErrorSlope(a));
}
