import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import { polyak, type Optimizer, type schedules } from "../../core/optim";
import { valueAndGrad } from "../../core/tensor/grad";
import { oneHot } from "../../core/tensor/one-hot";
import * as tree from "../../core/tensor/tree";
import type { Agent } from "../agent";
import { epsilonGreedy } from "./epsilon-greedy";

/** Q(s, ·; θ): (θ, observation [B, ...]) → values of all actions, [B, A]. */
export type QNetwork<P> = (params: P, observation: tf.Tensor) => tf.Tensor;

/** The state of Q-learning, a tree of tensors. */
export interface QState<P> {
  /** θ, which is learned. */
  readonly online: P;
  /** θ′, which gives the targets. */
  readonly target: P;
  /** The state of the optimizer. */
  readonly optimizer: unknown;
  /** The number of updates, int32 []. */
  readonly updates: tf.Scalar;
}

/** A target network that follows slowly. */
export interface PolyakTarget {
  /** τ in [0, 1]. */
  readonly polyak: number;
}

/** A target network that is copied now and then. */
export interface CopiedTarget {
  /** The number of updates between copies. */
  readonly every: number;
}

/** The Huber loss. */
export interface HuberLoss {
  /** κ, the error at which it becomes linear. */
  readonly huber: number;
}

/** Options of {@link qLearning}. */
export interface QLearningOptions<P> {
  /** Q(s, ·; θ). */
  readonly network: QNetwork<P>;
  /** The optimizer of θ, such as `adam()`. */
  readonly optimizer: Optimizer;
  /**
   * ε, the probability of a uniform action while experience is collected: a number, or a schedule of the
   * steps of the environment.
   */
  readonly epsilon: number | schedules.Schedule;
  /** Whether the online network chooses the action that the target network values; true by default. */
  readonly double?: boolean;
  /**
   * How θ′ follows θ: `{ polyak: τ }`, θ′ ← (1 − τ) θ′ + τ θ after each update (the default, with τ =
   * 0.005), or `{ every: n }`, a copy after each n updates.
   */
  readonly target?: PolyakTarget | CopiedTarget;
  /**
   * `"squared"`, δ²/2 (the default), or `{ huber: κ }`, δ²/2 up to κ and linear beyond. Mnih et al. use κ =
   * 1, with rewards clipped to [−1, 1]. Where errors exceed κ, what is learned is no longer the mean of the
   * targets: rare large errors, such as those of ends after which there is nothing, count too little, and
   * values can grow beyond any return.
   */
  readonly loss?: HuberLoss | "squared";
}

/** Q-learning with a network. */
export interface QLearning<P> extends Agent<QState<P>> {
  /** Returns the state of the first update, with θ′ = θ; the caller disposes it. */
  init(params: P): QState<P>;
}

/**
 * Returns an agent that learns Q(s, a) for discrete actions: DQN (Mnih et al. 2015, algorithm 1), by default
 * with double Q-learning (van Hasselt et al. 2016, equation 4).
 *
 *     a* = argmax_a Q(s′, a; θ)          (θ′ in place of θ if not double)
 *     δ  = R + discount · Q(s′, a*; θ′) − Q(s, a; θ)
 *     L  = mean of w · δ²/2
 *
 * R, the discount and the importance weights w are those of the transitions: n steps, priorities and time
 * limits are the replay buffer's. An update reports `loss` and `value`, the mean of Q(s, a).
 *
 * @throws if ε or τ is not in [0, 1], `every` is not a positive integer, or κ is not positive.
 */
export function qLearning<P>(options: QLearningOptions<P>): QLearning<P> {
  const { network, optimizer, epsilon, double = true } = options;
  const { target: follow = { polyak: 0.005 }, loss = "squared" } = options;
  if (typeof epsilon === "number" && !(epsilon >= 0 && epsilon <= 1))
    throw new Error(`qLearning: epsilon must be in [0, 1], got ${epsilon}`);
  if ("every" in follow) checkCount("qLearning", "target.every", follow.every, 1);
  else if (!(follow.polyak >= 0 && follow.polyak <= 1))
    throw new Error(`qLearning: target.polyak must be in [0, 1], got ${follow.polyak}`);
  if (loss !== "squared") checkAbove("qLearning", "loss.huber", loss.huber);

  const targetAfter = (old: P, online: P, updates: tf.Scalar): P => {
    if ("polyak" in follow) return polyak(old, online, follow.polyak);
    const isDue = updates.mod(tf.scalar(follow.every, "int32")).equal(0);
    return tree.map((before, now) => tf.where(isDue, now, before), old, online);
  };
  return {
    name: "qLearning",
    init: (params) =>
      tree.tidy(() => ({
        online: tree.clone(params),
        target: tree.clone(params),
        optimizer: tree.clone(optimizer.init(params)),
        updates: tf.scalar(0, "int32"),
      })),
    act: ({ online }, observation, key, step) =>
      tf.tidy(() => {
        const rate = typeof epsilon === "number" ? epsilon : epsilon(step).asScalar();
        return epsilonGreedy(key, network(online, observation), rate);
      }),
    policy: ({ online }, observation) => tf.tidy(() => network(online, observation).argMax(-1).cast("int32")),
    update: (state, { observation, action, reward, discount, nextObservation, weight }) =>
      tree.tidy(() => {
        const next = network(state.target, nextObservation); //                        Q(s′, ·; θ′)  [B, A]
        const chooser = double ? network(state.online, nextObservation) : next;
        const best = valueOf(next, chooser.argMax(-1)); //                             Q(s′, a*; θ′) [B]
        const y = reward.add(discount.mul(best));
        const { value, grads, aux } = valueAndGrad((params: P) => {
          const q = valueOf(network(params, observation), action); //                  Q(s, a; θ)    [B]
          const errors = y.sub<tf.Tensor1D>(q); //                                     δ             [B]
          return [penalty(errors, loss).mul(weight).mean(), { errors, q }];
        })(state.online);
        const learned = optimizer.update(grads, state.optimizer, state.online);
        const updates = state.updates.add<tf.Scalar>(tf.scalar(1, "int32"));
        return {
          state: {
            online: learned.params,
            target: targetAfter(state.target, learned.params, updates),
            optimizer: learned.state,
            updates,
          },
          metrics: { loss: value, value: aux.q.mean() },
          errors: aux.errors,
        };
      }),
  };
}

/** Returns the value of one action in each row of [B, A]. */
function valueOf(values: tf.Tensor, action: tf.Tensor): tf.Tensor {
  return values.mul(oneHot(action, values.shape[1] ?? 0)).sum(-1);
}

/** Returns δ²/2, or |δ| κ − κ²/2 beyond κ, elementwise. */
function penalty(errors: tf.Tensor, loss: HuberLoss | "squared"): tf.Tensor {
  if (loss === "squared") return errors.square().mul(0.5);
  const size = errors.abs();
  const within = size.clipByValue(0, loss.huber);
  return within.mul(size).sub(within.square().mul(0.5));
}
