/** The update of the policy and the value function on rollouts in the model. */
import * as tf from "@tensorflow/tfjs";
import { polyak } from "../../core/optim";
import type * as random from "../../core/random";
import { stopGradient, valueAndGrad } from "../../core/tensor/grad";
import * as tree from "../../core/tensor/tree";
import { scan } from "../../jit";
import type { State } from "../../models/sequence";
import { lambdaReturns } from "../returns";
import { drawAction, normalOf } from "../sac/squashed-normal";
import type { WorldModel } from "../world-model";
import { imagine, type Imagined } from "./imagine";
import type { ImaginedOptions, ImaginedState } from "./options";

/** The parts of the state that an update changes. */
export type Behaviour<A, V> = Pick<ImaginedState<A, V>, "actor" | "value" | "targetValue" | "optimizer">;

/** What imagined rollouts are worth. */
export interface Outlook {
  readonly imagined: Imagined;
  /** R_t, the λ-returns, [H, N]. */
  readonly returns: tf.Tensor;
  /** v̄(s_t) of the target values, [H, N]; only where the score function needs it. */
  readonly baseline: tf.Tensor | undefined;
  /** Π_{k<t} γ_k, how much each step counts, [H, N]. */
  readonly weights: tf.Tensor;
}

/** One update of the policy on rollouts from states [N, ...], then of the value function on the same. */
export function updateBehaviour<A, V>(
  options: Required<ImaginedOptions<A, V>>,
  state: Behaviour<A, V>,
  { model, start, discount }: { model: WorldModel; start: State; discount: tf.Scalar },
  key: random.Key,
): { readonly state: Behaviour<A, V>; readonly metrics: Readonly<Record<string, tf.Tensor>> } {
  const { optimizer, value: network, valueHead, polyak: tau } = options;
  return tree.tidy(() => {
    const policy = valueAndGrad((actor: A) => {
      const outlook = lookAhead(options, actor, state.targetValue, { model, start, discount }, key);
      const { imagined, returns, weights } = outlook;
      const loss = policyLoss(options, actor, outlook);
      return [loss, { from: imagined.from, returns, weights, entropy: imagined.logProb.mean().neg() }];
    })(state.actor);
    const actor = optimizer.update(policy.grads, state.optimizer.actor, state.actor);

    const { from, returns, weights, entropy } = policy.aux;
    const values = valueAndGrad((params: V) =>
      valueHead.loss(network(params, from), returns).mul(weights).mean(),
    )(state.value);
    const value = optimizer.update(values.grads, state.optimizer.value, state.value);
    return {
      state: {
        actor: actor.params,
        value: value.params,
        targetValue: polyak(state.targetValue, value.params, tau),
        optimizer: { actor: actor.state, value: value.state },
      },
      metrics: {
        actorLoss: policy.value,
        valueLoss: values.value,
        imaginedReturn: returns.mean(),
        entropy,
      },
    };
  });
}

/** Imagines rollouts, and values them. */
export function lookAhead<A, V>(
  options: Required<ImaginedOptions<A, V>>,
  actor: A,
  targetValue: V,
  { model, start, discount }: { model: WorldModel; start: State; discount: tf.Scalar },
  key: random.Key,
): Outlook {
  const { horizon, lambda, scoreFunction, valueHead } = options;
  const values = (features: tf.Tensor): tf.Tensor => valueHead.value(options.value(targetValue, features));
  // Without a share of the gradient through the model, nothing flows there
  const params = scoreFunction === 1 ? stopGradient(actor) : actor;
  const imagined = imagine(model, start, key, { horizon, policy: (s) => options.actor(params, s) });
  const factors = imagined.continuation.mul(discount); //                               γ_t      [H, N]
  const returns = lambdaReturns(
    { reward: imagined.reward, discount: factors, nextValue: values(imagined.to) },
    lambda,
  );
  return {
    imagined,
    returns,
    baseline: scoreFunction === 0 ? undefined : values(imagined.from),
    weights: stopGradient(products(factors)),
  };
}

/** Π_{k<t} x_k of x [H, N], 1 for the first. */
function products(x: tf.Tensor): tf.Tensor {
  const first = tf.onesLike(tf.slice(x, 0, 1)).squeeze<tf.Tensor>([0]);
  const [, before] = scan((so: tf.Tensor, now: tf.Tensor) => [so.mul(now), so.clone()] as const, first, x);
  return before;
}

/**
 * The loss of the policy, a mean over steps and rollouts (Hafner et al. 2021, "DreamerV2", equation 6):
 *
 *     −w_t ((1 − ρ) R_t + ρ log π(a_t|s_t) stop(R_t − v̄(s_t)) − η log π(a_t|s_t))
 *
 * The gradient of the first term flows through the model, and so does that of the last one unless ρ = 1; in
 * the second, states and actions are fixed.
 */
export function policyLoss<A, V>(
  { actor: network, scoreFunction: rho, entropy: eta }: Required<ImaginedOptions<A, V>>,
  actor: A,
  { imagined, returns, baseline, weights }: Outlook,
): tf.Tensor {
  const pathwise = returns.mul(1 - rho);
  if (baseline === undefined) return pathwise.sub(imagined.logProb.mul(eta)).mul(weights).mean().neg();
  const output = network(actor, stopGradient(imagined.from)); //             of π(·|s_t)       [H, N, 2A]
  const drawn = drawAction(output, imagined.noise); //                       a_t again
  const logProb = normalOf(output).logProb(stopGradient(drawn.x)); //        up to a constant of a_t
  const advantage = stopGradient(returns.sub(baseline));
  const score = logProb.mul(advantage).mul(rho);
  const cost = (rho === 1 ? drawn.logProb : imagined.logProb).mul(eta);
  return (rho === 1 ? score : pathwise.add(score)).sub(cost).mul(weights).mean().neg();
}
