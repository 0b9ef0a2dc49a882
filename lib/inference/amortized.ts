import * as tf from "@tensorflow/tfjs";
import { adam, schedules } from "../core/optim";
import type { Key } from "../core/random/key";
import { checkAbove, checkCount } from "../core/numeric/check-number";
import { showShape } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import { broadcastTo } from "../core/tensor/broadcast";
import type { Reparameterized } from "../distributions/base/distribution";
import type { Independent } from "../distributions/composite/independent";
import type { Normal } from "../distributions/continuous/normal";
import { fit } from "../train/fit";
import { expectedBound } from "./bounds/expected-bound";
import { posterior, type LocalNormal } from "./local/local-normal";

/** A model as log p(x, z) in nats: (x [B, ...], z [S, B, ...E]) → [S, B]. */
export type LogJoint = (x: tf.Tensor, z: tf.Tensor) => tf.Tensor;

/**
 * Returns the ELBO of each data point under a shared encoder, E_{z~q(z|x)}[log p(x, z)] + H(q(z|x)), in nats
 * (lecture, "Amortized variational inference"; Kingma & Welling 2014).
 *
 * It is `svi.elbo` with q_i(z) = q_φ(z|x_i). The slide's algorithm is gradient ascent on its mean over
 * minibatches of x, jointly with respect to the parameters θ of `logJoint` and φ of `encode`.
 *
 * @param encode x [B, ...] → q_φ(z|x), a batch [B].
 * @param x the data, [B, ...].
 * @param options `samples`: S, the number of draws, 1 by default.
 * @returns [B], in nats.
 * @throws if S is not a positive integer, or if q or log p(x, z) has another shape.
 */
export function elbo(
  logJoint: LogJoint,
  encode: (x: tf.Tensor) => Reparameterized,
  x: tf.Tensor,
  key: Key,
  { samples = 1 }: { readonly samples?: number } = {},
): tf.Tensor {
  const caller = "amortized.elbo";
  return tf.tidy(() => {
    const q = encode(x); //                               q_φ(z|x)           [B] of [E]
    if (showShape(q.batchShape) !== showShape([x.shape[0]]))
      throw new Error(
        `${caller}: encode(x) must be a batch [B=${x.shape[0]}] of distributions, one per row of x, ` +
          `got a batch ${showShape(q.batchShape)}; wrap it in independent(...) if z is a vector`,
      );
    return expectedBound((z) => logJoint(x, z), q, key, { samples, caller, argument: "logJoint(x, z)" });
  });
}

/**
 * Returns the encoder's distributions as parameters of a q_i for each data point, for `refine` and
 * `localNormal`.
 *
 * @param q the output of the encoder, a batch [N] of normal distributions over z [Z].
 * @returns new tensors; those of q are not disposed.
 */
export function localOf(q: Independent<Normal>): LocalNormal {
  const { sigma, batchShape } = q.base; // not the variance: the squares of small σ underflow
  return tree.tidy(() => ({ mu: q.mean().clone(), logSigma: broadcastTo(sigma.log(), batchShape) }));
}

/** The options of {@link refine}. */
export interface RefineOptions {
  /** The number of gradient steps. */
  readonly steps: number;
  /**
   * The initial learning rate of Adam, 0.01 by default; it decays linearly to a tenth, to reduce the noise.
   */
  readonly learningRate?: number;
  /** The number of draws of z per gradient, 16 by default. */
  readonly samples?: number;
}

/**
 * Maximizes the ELBO of each data point over its own q_i, with the model fixed. Started from
 * `localOf(encode(x))`, this is semi-amortized inference (Kim et al. 2018, "Semi-amortized variational
 * autoencoders", section 3).
 *
 * @param logJoint log p(x, z) of N fixed data points: z [S, N, Z] → [S, N].
 * @param start the initial q_i, which are not disposed.
 * @param options.report called with the q_i and the step before the first step, after every `every` steps and
 *   after the last one; the q_i are disposed when it returns.
 * @param options.every the number of steps between reports; only the first and the last by default.
 * @returns the final q_i; the caller disposes them.
 * @throws if an option is out of range, if log p(x, z) has another shape, or if the bound becomes NaN or
 *   infinite.
 */
export async function refine(
  logJoint: (z: tf.Tensor) => tf.Tensor,
  start: LocalNormal,
  key: Key,
  options: RefineOptions & {
    readonly every?: number;
    readonly report?: (q: LocalNormal, step: number) => void;
  },
): Promise<LocalNormal> {
  const { steps, learningRate = 0.01, samples = 16, every = steps, report } = options;
  const caller = "amortized.refine";
  checkCount(caller, "steps", steps, 1);
  checkAbove(caller, "learningRate", learningRate);
  checkCount(caller, "samples", samples, 1);
  if (every !== Infinity) checkCount(caller, "every", every, 1);
  const { state } = await fit<LocalNormal, []>({
    params: start,
    loss: (q, _, draw) => [expectedBound(logJoint, posterior(q), draw, { samples, caller }).sum().neg(), {}],
    optimizer: adam({ learningRate: schedules.linear({ from: learningRate, to: learningRate / 10, steps }) }),
    data: () => [], // each step updates all q_i
    steps,
    key,
    every,
    report: ({ params, step }) => report?.(params, step),
    jit: { compiler: "graph", name: "the step of amortized.refine" },
  });
  tree.dispose(state.optimizer);
  return state.params;
}

/**
 * The gap between log p(x) and an encoder's bound, and its two parts: inference = approximation +
 * amortization.
 */
export interface InferenceGaps {
  /** log p(x) − the bound of the encoder, in nats, [B]. */
  readonly inference: tf.Tensor;
  /** log p(x) − the best bound within the family of q, in nats, [B]. */
  readonly approximation: tf.Tensor;
  /** The best bound within the family of q − the bound of the encoder, in nats, [B]. */
  readonly amortization: tf.Tensor;
}

/**
 * Returns the inference, approximation and amortization gaps of Cremer et al. (2018, "Inference suboptimality
 * in variational autoencoders", equation 3), in nats.
 *
 * With estimated bounds, the noise can make a small gap negative.
 *
 * @param bounds.logProb log p(x) of each data point, or an estimate, [B].
 * @param bounds.refined the bound of the best q_i, such as after `refine`, [B].
 * @param bounds.amortized the bound of the encoder, [B].
 * @throws if the three differ in shape.
 */
export function inferenceGaps(bounds: {
  readonly logProb: tf.Tensor;
  readonly refined: tf.Tensor;
  readonly amortized: tf.Tensor;
}): InferenceGaps {
  const { logProb, refined, amortized } = bounds;
  for (const [name, x] of Object.entries({ refined, amortized }))
    if (showShape(x.shape) !== showShape(logProb.shape))
      throw new Error(
        `amortized.inferenceGaps: ${name} must be ${showShape(logProb.shape)}, the shape of logProb, ` +
          `got ${showShape(x.shape)}`,
      );
  return tree.tidy(() => ({
    inference: logProb.sub(amortized),
    approximation: logProb.sub(refined),
    amortization: refined.sub(amortized),
  }));
}
