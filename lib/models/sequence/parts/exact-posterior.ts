import * as tf from "@tensorflow/tfjs";
import { scan } from "../../../jit";
import { cholesky, lowerTriangle, solveLower, triangularize } from "../../../core/tensor/triangular";
import * as tree from "../../../core/tensor/tree";
import type { LinearGaussian } from "../../linear-gaussian";

/** p(z_t|z_{t−1}, o_t … o_T) = N(G_t z_{t−1} + g_t, L_t L_tᵀ) at each time. */
export interface ExactMaps {
  /** G_t, [T, Z, Z]; zeros at the first time. */
  readonly gain: tf.Tensor;
  /** g_t, [T, B, Z]. */
  readonly offset: tf.Tensor;
  /** L_t, [T, 1, Z, Z]. */
  readonly scaleTril: tf.Tensor;
}

/** The message log p(o_t … o_T|z_t) = −½ zᵀ Λ z + ηᵀ z + const. */
interface Message {
  /** Λ, [Z, Z]. */
  readonly precision: tf.Tensor;
  /** η, [B, Z]. */
  readonly shift: tf.Tensor;
}

/**
 * Returns the factors of the exact posterior by the backward information filter (Mayne 1966; Fraser & Potter
 * 1969), which needs only the inverse of the observations' noise.
 *
 * With z_t = μ + L ε, ε ~ N(0, I), the factor is proportional to N(z_t; μ, L Lᵀ) exp(−½ zᵀ Λ z + ηᵀ z): its
 * covariance is V = L (I + Lᵀ Λ L)⁻¹ Lᵀ, its mean (I − V Λ) μ + V η.
 */
export function exactMaps(
  { initial, transition, observation }: LinearGaussian,
  observations: tf.Tensor,
  actionsBefore: tf.Tensor | undefined,
): ExactMaps {
  const [steps = 0, batch = 0] = observations.shape;
  const noise = lowerTriangle(observation.scaleTril); //                                   R = L Lᵀ
  const seen = solveLower(noise, observation.matrix.transpose()); //      (L⁻¹ C)ᵀ          [Z, O]
  const whitened = solveLower(noise, observations.sub(observation.bias)); // L⁻¹ (o − d)    [T, B, O]
  const precision = tf.matMul(seen, seen, false, true); //                Cᵀ R⁻¹ C          [Z, Z]
  const shifts = tf.matMul(whitened.reshape([steps * batch, -1]), seen, false, true);
  const shift = shifts.reshape([steps, batch, -1]); //                    Cᵀ R⁻¹ (o − d)    [T, B, Z]
  const { matrix, bias, input, scaleTril } = transition;
  const size = initial.mean.size;
  const known = (later: Message, now: tf.Tensor): Message => ({
    precision: later.precision.add(precision),
    shift: later.shift.add(now),
  });
  const nothing = { precision: tf.zeros([size, size]), shift: tf.zeros([batch, size]) };
  let later: Message = nothing;
  let maps: ExactMaps | undefined;
  if (steps > 1) {
    const actions = actionsBefore && tf.slice(actionsBefore, 1, steps - 1);
    const [message, all] = scan(
      (after: Message, now: { shift: tf.Tensor; action?: tf.Tensor }) => {
        const { precision: Λ, shift: η } = known(after, now.shift);
        const { V, keep, factor } = condition(lowerTriangle(scaleTril), Λ);
        const c = now.action && input ? tf.matMul(now.action, input, false, true).add(bias) : bias;
        const rows = c.reshape([-1, size]); //                            B a + b   [1 or B, Z]
        const gain = tf.matMul(keep, matrix); //                          (I − V Λ) A
        const offset = tf.matMul(rows, keep, false, true).add(tf.matMul(η, V)); // … (B a + b) + V η
        const surprise = η.sub(tf.matMul(rows, Λ)); //                    η − Λ (B a + b)
        const before = {
          precision: tf.matMul(tf.matMul(matrix, Λ, true), gain), //      Aᵀ Λ (I − V Λ) A
          shift: tf.matMul(surprise, gain), //                            ((I − V Λ) A)ᵀ (η − Λ (B a + b))
        };
        return [before, { gain, offset, scaleTril: factor.expandDims(0) }] as const;
      },
      nothing,
      { shift: tf.slice(shift, 1, steps - 1), ...(actions && { action: actions }) },
      { reverse: true },
    );
    later = message;
    maps = all;
  }
  const { precision: Λ, shift: η } = known(later, tf.slice(shift, 0, 1).squeeze([0]));
  const { V, keep, factor } = condition(lowerTriangle(initial.scaleTril), Λ);
  const start = initial.mean.reshape([1, size]);
  const first = {
    gain: tf.zeros([1, size, size]),
    offset: tf.matMul(start, keep, false, true).add(tf.matMul(η, V)).expandDims(0),
    scaleTril: factor.reshape([1, 1, size, size]),
  };
  return maps === undefined ? first : tree.map((a, b) => tf.concat([a, b]), first, maps);
}

/** A normal vector with the covariance L Lᵀ, given the message with the precision Λ. */
function condition(lower: tf.Tensor, precision: tf.Tensor) {
  const [size = 0] = lower.shape;
  const inner = tf.matMul(tf.matMul(lower, precision, true), lower).add(tf.eye(size)); // I + Lᵀ Λ L
  const root = solveLower(cholesky(inner), lower); // (N⁻¹ Lᵀ)ᵀ with N Nᵀ = I + Lᵀ Λ L        [Z, Z]
  const V = tf.matMul(root, root, false, true); //    L (I + Lᵀ Λ L)⁻¹ Lᵀ
  return { V, keep: tf.eye(size).sub(tf.matMul(V, precision)), factor: triangularize(root) };
}
