import * as tree from "../tensor/tree";
import { checkRate, type Optimizer, type Rate } from "./optimizer";

/** State of `sgd`. */
export interface SgdState {
  /** v, a tree like the parameters; empty without momentum. */
  readonly velocity: unknown;
}

/**
 * Stochastic gradient descent with momentum: v ← momentum · v + g, θ ← θ − learningRate · v.
 *
 * @param options the learning rate, and the momentum in [0, 1), 0 by default.
 * @throws if the learning rate is not positive, or the momentum is not in [0, 1).
 */
export function sgd({
  learningRate,
  momentum = 0,
}: {
  learningRate: Rate;
  momentum?: number;
}): Optimizer<SgdState> {
  checkRate("sgd", learningRate);
  if (!(momentum >= 0 && momentum < 1)) throw new Error(`sgd: momentum must be in [0, 1), got ${momentum}`);
  return {
    init: (params) => ({ velocity: momentum === 0 ? [] : tree.zerosLike(params) }),
    update: (grads, state, params) =>
      tree.tidy(() => {
        const velocity =
          momentum === 0 ? grads : tree.map<unknown>((v, g) => v.mul(momentum).add(g), state.velocity, grads);
        return {
          params: tree.map<unknown>((p, v) => p.sub(v.mul(learningRate)), params, velocity) as typeof params,
          state: { velocity: momentum === 0 ? [] : velocity },
        };
      }),
  };
}
