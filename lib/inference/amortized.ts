import * as tf from "@tensorflow/tfjs";
import { adam, type AdamState, type Optimizer } from "../core/optim";
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

/** A model as amortized inference sees it: log p(x, z) of x [B, ...] and draws z [S, B, ...E], [S, B]. */
export type LogJoint = (x: tf.Tensor, z: tf.Tensor) => tf.Tensor;

/**
 * The bound of each data point under one encoder for all: E_{z~q(z|x)}[log p(x, z)] + H(q(z|x)) in nats (lecture, "Amortized
 * variational inference"; Kingma & Welling 2014).
 *
 * It is `svi.elbo` with q_i(z) = q_φ(z|x_i). Gradient ascent on its mean by the parameters inside `logJoint` and `encode`, on
 * minibatches of x, is the slide's algorithm; θ and φ are stepped together.
 *
 * @param encode x [B, ...] → q_φ(z|x), a batch [B].
 * @param options samples is S, the number of draws, 1 by default.
 * @returns [B].
 * @throws when the encoder or log p(x, z) gives another shape, or S < 1.
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
        `${caller}: encode(x) must be a batch [B=${x.shape[0]}] of distributions, one for each row of x, ` +
          `got a batch ${showShape(q.batchShape)}; wrap it in independent(...) if z is a vector`,
      );
    return expectedBound((z) => logJoint(x, z), q, key, { samples, caller, argument: "logJoint(x, z)" });
  });
}

/**
 * A q_i for each data point that begins at what the encoder says about it: what `refine` and `localNormal` take.
 *
 * @param q the encoder's answer, a batch [N] of normal distributions over z [Z].
 * @returns new tensors; those of q stay the caller's.
 */
export function localOf(q: Independent<Normal>): LocalNormal {
  const { sigma, batchShape } = q.base; // not the variance: float32 holds the squares of fewer σ
  return tree.tidy(() => ({ mu: q.mean().clone(), logSigma: broadcastTo(sigma.log(), batchShape) }));
}

/** How long and how boldly `refine` climbs. */
export interface RefineOptions {
  /** Gradient steps for each q_i. */
  readonly steps: number;
  /** Adam's, 0.01 by default; it falls linearly to a tenth over the steps, so that the noise of the draws settles. */
  readonly learningRate?: number;
  /** Draws of z for each gradient, 16 by default. */
  readonly samples?: number;
  /** Tensors from outside that `logJoint` uses, as for `jit`. */
  readonly constants?: unknown;
}

/**
 * Each q_i climbs its own bound from where it is: per-datapoint refinement, which from `localOf(encode(x))` is semi-amortized
 * inference (Kim et al. 2018, "Semi-amortized variational autoencoders", section 3). The model is held still.
 *
 * @param logJoint log p(x, z) of the same N data points and draws z [S, N, Z], [S, N].
 * @param start the q_i to begin with; they are left alone.
 * @param options.report sees the q_i before the first step, after every `every` steps and after the last; freed when it returns.
 * @returns the q_i in the end, the caller's to dispose.
 * @throws when an option is out of range, log p(x, z) has another shape, or the bound becomes NaN or infinite.
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
  const { steps, learningRate = 0.01, samples = 16, constants = [], every = steps, report } = options;
  const caller = "amortized.refine";
  checkCount(caller, "steps", steps, 1);
  checkAbove(caller, "learningRate", learningRate);
  checkCount(caller, "samples", samples, 1);
  if (every !== Infinity) checkCount(caller, "every", every, 1);
  const nothing = tf.zeros([1]); // each step is on all q_i: no minibatches to take
  try {
    const { state } = await fit<LocalNormal>({
      params: start,
      loss: (q, _, draw) => [
        expectedBound(logJoint, posterior(q), draw, { samples, caller }).sum().neg(),
        {},
      ],
      optimizer: falling(learningRate, steps),
      data: nothing,
      batchSize: 1,
      steps,
      key,
      every,
      report: ({ params, step }) => report?.(params, step),
      jit: { compiler: "graph", constants, name: "the step of amortized.refine" },
    });
    tree.dispose(state.optimizer);
    return state.params;
  } finally {
    nothing.dispose();
  }
}

/** Adam whose rate falls from `rate` to a tenth of it over the steps. */
const falling = (rate: number, steps: number): Optimizer<AdamState> => ({
  init: (params) => adam().init(params),
  update: (grads, state, params) => {
    const share = state.count.div(steps).minimum(1);
    return adam({ learningRate: share.mul(-0.9).add(1).mul<tf.Scalar>(rate) }).update(grads, state, params);
  },
});

/** Where the nats between log p(x) and an encoder's bound are lost, each [B]: inference = approximation + amortization. */
export interface InferenceGaps {
  /** log p(x) − the bound of the encoder. */
  readonly inference: tf.Tensor;
  /** log p(x) − the best bound of q's family: what no q_i of it can say. */
  readonly approximation: tf.Tensor;
  /** The best bound of q's family − the bound of the encoder: what is lost as one network answers for all. */
  readonly amortization: tf.Tensor;
}

/**
 * The gaps of Cremer et al. (2018, "Inference suboptimality in variational autoencoders", equation 3), in nats.
 *
 * @param bounds of each data point, each [B]: log p(x) or an estimate of it, the bound of the best q_i, as after `refine`, and the
 *   bound of the encoder. Estimates give estimates, whose noise may make a small gap negative.
 * @throws when the three differ in shape.
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
        `amortized.inferenceGaps: ${name} must be ${showShape(logProb.shape)}, as logProb is, got ${showShape(x.shape)}`,
      );
  return tree.tidy(() => ({
    inference: logProb.sub(amortized),
    approximation: logProb.sub(refined),
    amortization: refined.sub(amortized),
  }));
}
