import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import type { Environment } from "../base/environment";
import { at, box, checkAction, type Box, type Space } from "../base/spaces";

/**
 * Makes −1 and 1 the bounds of actions: a in [−1, 1] becomes low + (a + 1) (high − low) / 2, coordinate by
 * coordinate. Policies that end with a tanh need it.
 *
 * @throws if actions are not a box, or a bound is infinite.
 */
export function rescaleActions<S extends object, P>(env: Environment<S, P>): Environment<S, P> {
  const scaledSpace = (params?: P): Box => {
    const { shape, names } = bounded(env.actionSpace(params));
    return box(shape, { low: -1, high: 1, ...(names && { names }) });
  };
  scaledSpace(env.params); // refuses other spaces now, not at the first step
  return {
    ...env,
    actionSpace: scaledSpace,
    step: (key, state, action, params) =>
      tree.tidy(() => {
        const given = bounded(env.actionSpace(params));
        checkAction("rescaleActions", scaledSpace(params), action, action.shape[0]);
        const halves = (f: (low: number, high: number) => number): tf.Tensor =>
          tf.tensor(
            Array.from({ length: sizeOf(given.shape) }, (_, i) => f(at(given.low, i), at(given.high, i))),
            [...given.shape],
          );
        const centre = halves((low, high) => (low + high) / 2);
        const reach = halves((low, high) => (high - low) / 2);
        return env.step(key, state, action.clipByValue(-1, 1).mul(reach).add(centre), params);
      }),
  };
}

function bounded(space: Space): Box {
  if (space.kind === "discrete")
    throw new Error(`rescaleActions: actions must be a box, got ${space.n} discrete ones`);
  for (const bound of [space.low, space.high].flat())
    if (!Number.isFinite(bound))
      throw new Error(`rescaleActions: actions must have finite bounds, got ${bound}; give the box both`);
  return space;
}
