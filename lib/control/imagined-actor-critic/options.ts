import type * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import type { Optimizer } from "../../core/optim";
import type { LearnedModel, ModelLearningOptions, WorldModel } from "../world-model";
import { plainValue, type ValueHead } from "./value-heads";

/** The parameters of an actor-critic on imagined rollouts. */
export interface ImaginedParams<A, V> {
  /** The sequence VAE with rewards. */
  readonly model: WorldModel;
  /** Parameters of the policy. */
  readonly actor: A;
  /** Parameters of the value function. */
  readonly value: V;
}

/** The state of an actor-critic on imagined rollouts, a tree of tensors. */
export interface ImaginedState<A, V> extends LearnedModel {
  /** Parameters of the policy. */
  readonly actor: A;
  /** Parameters of the value function. */
  readonly value: V;
  /** Their slow average, which gives the targets. */
  readonly targetValue: V;
  /** The states of the optimizers. */
  readonly optimizer: {
    /** That of the policy. */
    readonly actor: unknown;
    /** That of the value function. */
    readonly value: unknown;
  };
}

/** Options of `imaginedActorCritic`. */
export interface ImaginedOptions<A, V> extends ModelLearningOptions {
  /** A, the length of an action. */
  readonly actions: number;
  /** (parameters, features [..., S]) → outputs of the policy, [..., 2A]; see `squashedNormal`. */
  readonly actor: (params: A, features: tf.Tensor) => tf.Tensor;
  /** (parameters, features [..., S]) → outputs for values, [..., K] of the head. */
  readonly value: (params: V, features: tf.Tensor) => tf.Tensor;
  /** What those outputs mean; `plainValue()` by default, with K = 1. */
  readonly valueHead?: ValueHead;
  /** The optimizer of the policy and, with its own state, of the value function. */
  readonly optimizer: Optimizer;
  /** H, the number of imagined steps, 15 by default. */
  readonly horizon?: number;
  /** λ of the returns, 0.95 by default. */
  readonly lambda?: number;
  /**
   * ρ, the share of the score-function gradient in that of the policy: 0 by default, the gradient through the
   * model; 1 for the score function with a baseline alone.
   */
  readonly scoreFunction?: number;
  /** η, the weight of the policy's entropy in nats beside scaled rewards; 0.1 by default. */
  readonly entropy?: number;
  /** τ, with which the target value function follows: 0.02 by default. */
  readonly polyak?: number;
  /** A factor of the rewards in all losses, 1 by default. It changes what η means. */
  readonly rewardScale?: number;
  /** The number of steps of the environment with uniform actions, 1,000 by default. */
  readonly randomSteps?: number;
}

/** Checks options, and fills in the defaults. */
export function completeOptions<A, V>(options: ImaginedOptions<A, V>): Required<ImaginedOptions<A, V>> {
  const caller = "imaginedActorCritic";
  const { horizon = 15, lambda = 0.95, scoreFunction = 0, entropy = 0.1, polyak = 0.02 } = options;
  const { rewardScale = 1, randomSteps = 1000, valueHead = plainValue(), burnIn = 3, loss = {} } = options;
  checkCount(caller, "actions", options.actions, 1);
  checkCount(caller, "horizon", horizon, 1);
  checkCount(caller, "randomSteps", randomSteps);
  checkAbove(caller, "rewardScale", rewardScale);
  for (const [name, value] of Object.entries({ lambda, scoreFunction, polyak }))
    if (!(value >= 0 && value <= 1)) throw new Error(`${caller}: ${name} must be in [0, 1], got ${value}`);
  if (!(Number.isFinite(entropy) && entropy >= 0))
    throw new Error(`${caller}: entropy must be a finite number >= 0, got ${entropy}`);
  return {
    ...options,
    ...{ horizon, lambda, scoreFunction, entropy, polyak, rewardScale, randomSteps, valueHead, burnIn, loss },
  };
}
