import * as tf from "@tensorflow/tfjs";
import { scan } from "../../jit";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { checkShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { SequenceVae } from "./model";
import { draw } from "./parts/gaussian";
import { advance, before, first, next, sizes, stateOf, type State } from "./parts/prior";
import { checkActions } from "./sequences";

/** How far to predict, and how. */
export interface PredictOptions {
  /** a_t … a_{t+H−1} of a model with actions, [H, B, A]: the first is taken in the given state. */
  readonly actions?: tf.Tensor;
  /** H, the number of steps; that of the actions by default. */
  readonly steps?: number;
  /** Whether to take the mean of each transition in place of a draw; false by default. */
  readonly mean?: boolean;
}

/**
 * Predicts without observations: z_{t+1} ~ p(z_{t+1}|z_t, a_t), and so on for H steps.
 *
 * @param state the state at time t, with leading axes [B], such as `stateAt(posterior.states, t)`.
 * @returns the states at t + 1 … t + H, [H, B, ...].
 * @throws if the state or the actions have a different shape, or neither actions nor steps are given.
 */
export function predict(
  model: SequenceVae,
  state: State,
  key: random.Key,
  options: PredictOptions = {},
): State {
  const caller = "sequenceVae.predict";
  const { latent } = sizes(model.prior);
  checkShape(caller, "state.z", state.z, ["B", `Z=${latent}`], "take one time with sequenceVae.stateAt");
  const steps = horizon(caller, model, state.z.shape[0], options);
  return tree.tidy(() => rollOut(model, state, key, { ...options, steps }));
}

/** How many trajectories to draw. */
export interface SequenceSampleOptions extends Omit<PredictOptions, "mean"> {
  /** B, the number of trajectories; 1 by default. */
  readonly batch?: number;
}

/**
 * Returns trajectories drawn from the prior, z_1 ~ p(z_1), z_{t+1} ~ p(z_{t+1}|z_t, a_t), as states [T, B,
 * ...]; `decode` gives their observations.
 *
 * @param options `steps`: T, that of the actions by default; the last action has no effect.
 * @throws if the actions have a different shape, or neither actions nor steps are given.
 */
export function sample(model: SequenceVae, key: random.Key, options: SequenceSampleOptions): State {
  const caller = "sequenceVae.sample";
  const { batch = options.actions?.shape[1] ?? 1, actions } = options;
  checkCount(caller, "batch", batch, 1);
  const steps = horizon(caller, model, batch, options);
  return tree.tidy(() => {
    const [firstKey, restKey] = random.split(key);
    const { prior } = model;
    const { latent, actions: size } = sizes(prior);
    const noise = random.normal(firstKey, [1, batch, latent]);
    const z = draw(first(prior, batch), noise).squeeze<tf.Tensor>([0]);
    const none = size === 0 ? undefined : tf.zeros([batch, size]);
    const start = stateOf(prior, advance(prior, before(prior, batch), none), z);
    const one = tree.map((x) => x.expandDims(0), start);
    if (steps === 1) return one;
    const taken = actions && { actions: tf.slice(actions, 0, steps - 1) };
    const rest = rollOut(model, start, restKey, { ...taken, steps: steps - 1 });
    return tree.map((a, b) => tf.concat([a, b]), one, rest);
  });
}

function rollOut(
  { prior }: SequenceVae,
  state: State,
  key: random.Key,
  { actions, steps, mean = false }: PredictOptions & { readonly steps: number },
): State {
  const { latent } = sizes(prior);
  const shape = [steps, state.z.shape[0], latent];
  const noise = mean ? tf.zeros(shape) : random.normal(key, shape);
  const [, states] = scan(
    (from: State, now: { noise: tf.Tensor; action?: tf.Tensor }) => {
      const context = advance(prior, from, now.action);
      const to = stateOf(prior, context, draw(next(prior, context), now.noise));
      return [to, tree.clone(to)] as const;
    },
    state,
    { noise, ...(actions && { action: actions }) },
  );
  return states;
}

function horizon(
  caller: string,
  model: SequenceVae,
  batch: number,
  { actions, steps = actions?.shape[0] }: PredictOptions,
): number {
  if (steps === undefined) throw new Error(`${caller}: steps must be a positive integer, got none`);
  checkCount(caller, "steps", steps, 1);
  checkActions(caller, model, actions, [`${steps}`, `B=${batch}`]);
  return steps;
}

/**
 * Returns the states at one time, [B, ...], of those at all times, [T, B, ...].
 *
 * @param t from 0; negative numbers count from the end.
 * @throws if t is outside.
 */
export function stateAt(states: State, t: number): State {
  const [steps = 0] = states.z.shape;
  const at = t < 0 ? steps + t : t;
  if (!Number.isInteger(at) || at < 0 || at >= steps)
    throw new Error(
      `sequenceVae.stateAt: t must be an integer from ${-steps} to ${steps - 1} for ${steps} times, got ${t}`,
    );
  return tree.tidy(() => tree.map((x) => tf.slice(x, at, 1).squeeze<tf.Tensor>([0]), states));
}
