import type * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import type { Optimizer } from "../../core/optim";

/** What the critics learn: the encoder belongs to them. */
export interface Critics<C, E> {
  /** Parameters of the encoder; `{}` without one. */
  readonly encoder: E;
  /** Parameters of Q₁ and Q₂. */
  readonly critics: readonly [C, C];
}

/** The parameters of soft actor-critic. */
export interface SacParams<A, C, E> {
  /** Parameters of the policy. */
  readonly actor: A;
  /** Parameters of Q₁ and Q₂, with different weights. */
  readonly critics: readonly [C, C];
  /** Parameters of the encoder, if there is one. */
  readonly encoder?: E;
}

/** The state of soft actor-critic, a tree of tensors. */
export interface SacState<A, C, E> {
  /** Parameters of the policy. */
  readonly actor: A;
  /** The critics, and their encoder. */
  readonly online: Critics<C, E>;
  /** The slow average of both, which gives the targets. */
  readonly target: Critics<C, E>;
  /** log α, []. */
  readonly logTemperature: tf.Scalar;
  /** The states of the optimizers. */
  readonly optimizer: {
    /** That of the policy. */
    readonly actor: unknown;
    /** That of the critics and the encoder. */
    readonly critics: unknown;
    /** That of log α. */
    readonly temperature: unknown;
  };
}

/** One optimizer for each part. */
export interface SacOptimizers {
  /** That of the policy. */
  readonly actor: Optimizer;
  /** That of the critics and the encoder. */
  readonly critics: Optimizer;
  /** That of log α. */
  readonly temperature: Optimizer;
}

/** A temperature that is not learned. */
export interface FixedTemperature {
  /** α. */
  readonly fixed: number;
}

/** A temperature that is learned. */
export interface LearnedTemperature {
  /** α at the start, 1 by default. */
  readonly initial?: number;
  /** H̄, the entropy in nats to which α is adapted; −A by default. */
  readonly targetEntropy?: number;
}

/** Options of `sac`. */
export interface SacOptions<A, C, E> {
  /** A, the length of an action. */
  readonly actions: number;
  /** (parameters, features [B, ...]) → outputs of the policy, [B, 2A]; see `squashedNormal`. */
  readonly actor: (params: A, features: tf.Tensor) => tf.Tensor;
  /** (parameters, features [B, ...], actions [B, A]) → Q, [B]. */
  readonly critic: (params: C, features: tf.Tensor, action: tf.Tensor) => tf.Tensor;
  /**
   * (parameters, observations [B, ...]) → features, for pictures; the observation itself by default. The
   * critics' loss trains it, the actor's does not (Yarats et al. 2019).
   */
  readonly encoder?: (params: E, observation: tf.Tensor) => tf.Tensor;
  /** The optimizer, such as `adam()`, or one for each part. */
  readonly optimizer: Optimizer | SacOptimizers;
  /** τ, with which the target critics follow: 0.005 by default. */
  readonly polyak?: number;
  /** α: learned from 1 with a target entropy of −A by default. */
  readonly temperature?: FixedTemperature | LearnedTemperature;
  /** A factor of the rewards in all losses, 1 by default. It changes what α means. */
  readonly rewardScale?: number;
  /** The number of steps of the environment with uniform actions, 1,000 by default. */
  readonly randomSteps?: number;
}

/** Options with their defaults. */
export interface CompleteOptions<A, C, E> {
  readonly actions: number;
  readonly actor: SacOptions<A, C, E>["actor"];
  readonly critic: SacOptions<A, C, E>["critic"];
  readonly encoder: (params: E, observation: tf.Tensor) => tf.Tensor;
  readonly optimizers: SacOptimizers;
  readonly tau: number;
  readonly temperature: { readonly initial: number; readonly targetEntropy: number | undefined };
  readonly rewardScale: number;
  readonly randomSteps: number;
}

/** Checks options, and fills in the defaults. */
export function completeOptions<A, C, E>(
  caller: string,
  options: SacOptions<A, C, E>,
): CompleteOptions<A, C, E> {
  const { actions, optimizer, polyak: tau = 0.005, rewardScale = 1, randomSteps = 1000 } = options;
  const { temperature: given = {} } = options;
  checkCount(caller, "actions", actions, 1);
  checkCount(caller, "randomSteps", randomSteps);
  checkAbove(caller, "rewardScale", rewardScale);
  if (!(tau >= 0 && tau <= 1)) throw new Error(`${caller}: polyak must be in [0, 1], got ${tau}`);
  const temperature =
    "fixed" in given
      ? { initial: given.fixed, targetEntropy: undefined }
      : { initial: given.initial ?? 1, targetEntropy: given.targetEntropy ?? -actions };
  checkAbove(caller, "fixed" in given ? "temperature.fixed" : "temperature.initial", temperature.initial);
  const { targetEntropy } = temperature;
  if (targetEntropy !== undefined && !Number.isFinite(targetEntropy))
    throw new Error(`${caller}: temperature.targetEntropy must be finite, got ${targetEntropy}`);
  const isOne = (one: Optimizer | SacOptimizers): one is Optimizer => "update" in one;
  return {
    ...{ actions, actor: options.actor, critic: options.critic },
    encoder: options.encoder ?? ((_params, observation) => observation),
    optimizers: isOne(optimizer)
      ? { actor: optimizer, critics: optimizer, temperature: optimizer }
      : optimizer,
    ...{ tau, temperature, rewardScale, randomSteps },
  };
}
