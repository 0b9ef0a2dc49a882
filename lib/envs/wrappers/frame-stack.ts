import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import type { Environment, Transition } from "../base/environment";
import { box, type Space } from "../base/spaces";

/** The state of an environment with the last observations. */
export interface Stacked<S> {
  /** The state of the environment inside. */
  readonly inner: S;
  /** The last observations, joined along their last axis, the oldest first. */
  readonly frames: tf.Tensor;
}

/**
 * Joins the last k observations along their last axis, the oldest first: pictures [B, H, W, C] become
 * [B, H, W, k·C]. At the start of an episode, all k are the first observation.
 *
 * @param k the number of observations.
 * @throws if it is not a positive integer, or observations are discrete.
 */
export function frameStack<S extends object, P>(
  env: Environment<S, P>,
  k: number,
): Environment<Stacked<S>, P> {
  checkCount("frameStack", "k", k, 1);
  stackedSpace(env.observationSpace(), k);
  return {
    ...env,
    observationSpace: (params) => stackedSpace(env.observationSpace(params), k),
    reset: (key, n, params) =>
      tree.tidy(() => {
        const [inner, first] = env.reset(key, n, params);
        const frames = tf.concat(new Array<tf.Tensor>(k).fill(first), -1);
        return [{ inner, frames }, frames.clone()] as const;
      }),
    step: (key, { inner, frames }, action, params) =>
      tree.tidy((): Transition<Stacked<S>> => {
        const moved = env.step(key, inner, action, params);
        const width = (frames.shape.at(-1) ?? 0) / k;
        const begin = [...new Array<number>(frames.rank - 1).fill(0), width];
        const next = tf.concat([frames.slice(begin), moved.observation], -1);
        return { ...moved, state: { inner: moved.state, frames: next }, observation: next.clone() };
      }),
    render: ({ inner }, params) => env.render(inner, params),
  };
}

function stackedSpace(space: Space, k: number): Space {
  if (space.kind === "discrete") throw new Error("frameStack: observations must be a box, got discrete ones");
  const last = space.shape.at(-1) ?? 1;
  const spread = (bound: number | readonly number[]): number | number[] =>
    typeof bound === "number"
      ? bound
      : Array.from({ length: bound.length * k }, (_, i) => {
          const row = Math.floor(i / (last * k));
          return bound[row * last + (i % last)] ?? NaN;
        });
  const shape = [...space.shape.slice(0, -1), last * k];
  return box(shape, { low: spread(space.low), high: spread(space.high) });
}
