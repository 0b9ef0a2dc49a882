import type { Environment, Transition } from "../base/environment";
import * as tree from "../../core/tensor/tree";
import { box } from "../base/spaces";

/**
 * Replaces the observation with the picture of the state, [B, H, W, 3] with colours from 0 to 1.
 *
 * A step then reads the state, so that it cannot be compiled.
 *
 * @param shape the height and width of the pictures of `env`.
 */
export function pixels<S extends object, P>(
  env: Environment<S, P>,
  [height, width]: readonly [height: number, width: number],
): Environment<S, P> {
  return {
    ...env,
    observationSpace: () => box([height, width, 3], { low: 0, high: 1 }),
    reset: (key, n, params) =>
      tree.tidy(() => {
        const [state] = env.reset(key, n, params);
        return [state, env.render(state, params)] as const;
      }),
    step: (key, state, action, params) =>
      tree.tidy((): Transition<S> => {
        const moved = env.step(key, state, action, params);
        return { ...moved, observation: env.render(moved.state, params) };
      }),
  };
}
