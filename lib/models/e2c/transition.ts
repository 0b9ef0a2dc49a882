import * as tf from "@tensorflow/tfjs";
import { stopGradient } from "../../core/tensor/grad";
import { logAbsDet } from "../../core/tensor/triangular";
import * as tree from "../../core/tensor/tree";
import type { Independent } from "../../distributions/composite/independent";
import type { Normal } from "../../distributions/continuous/normal";
import { dense } from "../../nn/feedforward/dense";
import { mlp } from "../../nn/feedforward/mlp";
import { checkRows } from "../base/check-rows";
import { sizes, type E2c, type Transition } from "./model";

/** The linear models z′ = A z + B u + o of a batch. */
export interface LinearModels {
  /** [B, Z, Z]. */
  readonly A: tf.Tensor;
  /** [B, Z, A]. */
  readonly B: tf.Tensor;
  /** [B, Z]. */
  readonly o: tf.Tensor;
  /** log |det A|, [B]. */
  readonly logDet: tf.Tensor;
}

/** How the transition is read. */
export interface TransitionOptions {
  /**
   * Whether B is that of the start, the same for all z and without a gradient: the first phase of training.
   * False by default.
   */
  readonly holdControl?: boolean;
}

/**
 * Returns the linear models at latent vectors (Watter et al. 2015): A, B and o are outputs of a
 * network of z, or the same for all z.
 *
 * @param z latent vectors [B, Z].
 * @throws if z has a different shape.
 */
export function linearize(model: E2c, z: tf.Tensor, { holdControl = false }: TransitionOptions = {}) {
  const { stateSize: Z, controlSize } = sizes(model);
  checkRows("e2c.linearize", "z", z, ["B", "Z"], Z);
  return tree.tidy((): LinearModels => {
    const { transition } = model;
    const [rows] = z.shape as [number, number]; // checked above
    const each = (x: tf.Tensor): tf.Tensor => x.expandDims(0).add(tf.zeros([rows, ...x.shape]));
    const held = each(stopGradient(startOfB(transition)).reshape([Z, controlSize]));
    if (transition.form === "global") {
      const { A, B, o } = transition;
      const logDet = logAbsDet(A.expandDims(0)).add(tf.zeros([rows]));
      return { A: each(A), B: holdControl ? held : each(B), o: each(o), logDet };
    }
    const h = mlp.apply(transition.hidden, z); //                                    [B, H]
    const change = dense.apply(transition.A, h);
    const B = holdControl ? held : dense.apply(transition.B, h).reshape([rows, Z, controlSize]);
    const o = dense.apply(transition.o, h); //                                       [B, Z]
    if (transition.form === "full") {
      const A = change.reshape([rows, Z, Z]).add(tf.eye(Z)); //                      I + M
      return { A, B, o, logDet: logAbsDet(A) };
    }
    const v = change.slice([0, 0], [-1, Z]); //                                      [B, Z]
    const r = change.slice([0, Z], [-1, Z]); //                                      [B, Z]
    const A = v.expandDims(2).mul(r.expandDims(1)).add(tf.eye(Z)); //                I + v rᵀ
    return { A, B, o, logDet: v.mul(r).sum(1).add(1).abs().log() }; //               |det A| = |1 + vᵀ r|
  });
}

/** The part of B that does not depend on z, row by row. */
function startOfB({ form, B }: Transition): tf.Tensor {
  return form === "global" ? B.flatten() : B.bias;
}

/** Returns M v for each row, [B, n, m] and [B, m] to [B, n]. */
export function times(matrix: tf.Tensor, vector: tf.Tensor): tf.Tensor {
  return matrix.mul(vector.expandDims(1)).sum(2);
}

/**
 * Returns the next latent vectors, z′ = A(z) z + B(z) u + o(z), [B, Z].
 *
 * @param z latent vectors [B, Z].
 * @param u controls [B, A].
 * @throws if z or u has a different shape.
 */
export function next(model: E2c, z: tf.Tensor, u: tf.Tensor): tf.Tensor {
  checkRows("e2c.next", "u", u, ["B", "A"], sizes(model).controlSize);
  return tf.tidy(() => apply(linearize(model, z), z, u));
}

/** A z + B u + o, [B, Z]. */
export function apply({ A, B, o }: LinearModels, z: tf.Tensor, u: tf.Tensor): tf.Tensor {
  return times(A, z).add(times(B, u)).add(o);
}

/**
 * Returns KL(q̂ ‖ q′) in nats, [B], of the predicted q̂ = N(A μ + B u + o, A Σ Aᵀ) from the encoder's q′ =
 * N(μ′, Σ′), in closed form:
 * ½ [tr(Σ′⁻¹ A Σ Aᵀ) + |Σ′^(−½) (m − μ′)|² − Z + log |Σ′| − log |Σ|] − log |det A|, m = A μ + B u + o.
 *
 * Watter et al. 2015, the last term of the loss, without noise of the dynamics.
 *
 * @param models the linear models, `linearize(model, z)`.
 * @param q q(z|x_t), a batch [B] over vectors [Z].
 * @param u controls [B, A].
 * @param after q(z|x_{t+1}), likewise.
 */
export function consistency(
  models: LinearModels,
  q: Independent<Normal>,
  u: tf.Tensor,
  after: Independent<Normal>,
): tf.Tensor {
  return tf.tidy(() => {
    const [{ mu, sigma }, target] = [q.base, after.base];
    const spread = times(models.A.square(), sigma.square()); //   diag A Σ Aᵀ                   [B, Z]
    const error = apply(models, mu, u).sub(target.mu); //         m − μ′                        [B, Z]
    const squares = spread.add(error.square()).div(target.sigma.square()).sub(1).mul(0.5);
    return squares.add(target.sigma.log()).sub(sigma.log()).sum(1).sub(models.logDet);
  });
}
