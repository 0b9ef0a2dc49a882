import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../../core/numeric/check-number";
import * as random from "../../../core/random";
import type { Shape } from "../../../core/tensor/shape";
import type { LinearGaussian } from "../../linear-gaussian";
import { multivariateNormal } from "../../../distributions/continuous/multivariate-normal";
import { initReader, read, readerSize, type BodyOptions, type Reader } from "./bodies";
import { exactMaps, type ExactMaps } from "./exact-posterior";
import { applyHead, initHead, type Gaussian, type GaussianHead, type HeadOptions } from "./gaussian";
import { initMemory, memorySize, remember, type Memory, type MemoryOptions, type Sees } from "./memory";
import { sizes, type Prior } from "./prior";

/** q(z_t|·) by networks. */
export interface NetworkEncoder {
  /** Which of the encoders this is. */
  readonly kind: "network";
  /** The shape of an observation, [O] or [S, S, C]. */
  readonly observation: Shape;
  /** From o_t to its features. */
  readonly reader: Reader;
  /** Which observations q(z_t|·) is given. */
  readonly sees: Sees;
  /** From the features and the actions to those of t; absent if `sees` is "current". */
  readonly memory?: Memory;
  /** Whether q(z_t|·) is also given what p(z_t|·) is: z_{t−1} and a_{t−1}, or h_t. */
  readonly previous: boolean;
  /** From all of that to q. */
  readonly head: GaussianHead;
}

/**
 * p(z_t|z_{t−1}, o_t … o_T), the factors of the exact posterior of a linear-Gaussian model: the bound is
 * log p(o_1 … o_T).
 */
export interface ExactEncoder {
  /** Which of the encoders this is. */
  readonly kind: "exact";
  /** The model whose posterior this is. */
  readonly model: LinearGaussian;
}

/** q(z_1 … z_T|o_1 … o_T) = Π q(z_t|·). */
export type Encoder = NetworkEncoder | ExactEncoder;

/** Options of an encoder with networks. */
export interface EncoderOptions extends HeadOptions, MemoryOptions {
  /** Which observations q(z_t|·) is given: "current" (o_t, the default), "past", "future" or "all". */
  readonly sees?: Sees;
  /**
   * Whether q(z_t|·) is also given what the prior is: z_{t−1} and a_{t−1}, or h_t; true by default. Without
   * it the z_t are independent under q.
   */
  readonly previous?: boolean;
  /** The network that reads an observation; { kind: "mlp" } by default. */
  readonly body?: BodyOptions;
  /** F, the number of features of an observation; 64 by default. */
  readonly features?: number;
}

/**
 * Returns an encoder with random weights for a prior and observations of a shape, [O] or [S, S, C].
 *
 * @throws if a size is not a positive integer, or the body does not fit the observations.
 */
export function initEncoder(
  key: random.Key,
  prior: Prior,
  observation: Shape,
  options: EncoderOptions = {},
): NetworkEncoder {
  const caller = "sequenceVae.initEncoder";
  const { sees = "current", previous = true, body = { kind: "mlp" }, features = 64 } = options;
  checkObservation(caller, observation);
  checkCount(caller, "features", features, 1);
  const { latent, actions, context } = sizes(prior);
  const [bodyKey, memoryKey, headKey] = random.split(key, 3);
  const reader = initReader(caller, bodyKey, [observation, features], body);
  const size = readerSize(reader, observation);
  const memory =
    sees === "current" ? undefined : initMemory(caller, memoryKey, [size + actions, sees], options);
  const inputs = (memory === undefined ? size : memorySize(memory)) + (previous ? context : 0);
  return {
    kind: "network",
    observation,
    reader,
    sees,
    ...(memory !== undefined && { memory }),
    previous,
    head: initHead(caller, headKey, [inputs, latent], options),
  };
}

/** Throws unless a shape is [O] or [S, S, C]. */
export function checkObservation(caller: string, shape: Shape): void {
  if (shape.length !== 1 && shape.length !== 3)
    throw new Error(`${caller}: observation must be [O] or [S, S, C], got [${shape.join(", ")}]`);
  shape.forEach((size, i) => checkCount(caller, `observation[${i}]`, size, 1));
}

/** What an encoder knows of the observations at each time: a tree of tensors [T, ...]. */
export type Evidence = { readonly seen: tf.Tensor } | ExactMaps;

/** What an encoder is given: see `Sequences`. */
export interface EncoderInputs {
  /** [T, B, ...E]. */
  readonly observations: tf.Tensor;
  /** a_{t−1} at each time, zeros at the first, [T, B, A]. */
  readonly actionsBefore: tf.Tensor | undefined;
  /** 1 for the steps of a sequence, 0 behind its end, [T, B]. */
  readonly mask: tf.Tensor | undefined;
}

/** Returns what an encoder knows of the observations at each time. */
export function evidence(encoder: Encoder, { observations, actionsBefore, mask }: EncoderInputs): Evidence {
  if (encoder.kind === "exact") {
    if (mask !== undefined)
      throw new Error(
        "sequenceVae: lengths cannot be given to the exact posterior; pass sequences of one length",
      );
    return exactMaps(encoder.model, observations, actionsBefore);
  }
  const { memory, reader, sees } = encoder;
  const [steps = 0, batch = 0, ...event] = observations.shape;
  const rows = read(reader, observations.reshape([steps * batch, ...event]));
  const seen = rows.reshape([steps, batch, -1]); //                                       [T, B, F]
  if (memory === undefined) return { seen };
  const inputs = actionsBefore === undefined ? seen : tf.concat([seen, actionsBefore], 2);
  return { seen: remember(memory, sees, inputs, mask) };
}

/** Returns q(z_t|·), a batch [B] of [Z], from the evidence at t and the prior's context [B, C]. */
export function posteriorAt(encoder: Encoder, context: tf.Tensor, now: Evidence): Gaussian {
  if ("seen" in now) {
    const { head, previous } = encoder as NetworkEncoder; // the other kind has other evidence
    return applyHead(head, previous ? tf.concat([context, now.seen], 1) : now.seen);
  }
  const before = context.slice([0, 0], [-1, now.gain.shape[1] ?? 0]); //                  z_{t−1}
  return multivariateNormal(tf.matMul(before, now.gain, false, true).add(now.offset), now.scaleTril);
}
