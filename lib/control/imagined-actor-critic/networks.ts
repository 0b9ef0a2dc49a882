import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { mlp, type Mlp } from "../../nn";
import type { ActorCriticOptions } from "../sac";

/** The weights of an actor and a value function. */
export interface ActorValue {
  /** The policy. */
  readonly actor: Mlp;
  /** The value function. */
  readonly value: Mlp;
}

/** Multilayer perceptrons as an actor and a value function. */
export const actorValue = {
  /**
   * Draws the weights. The last layer of each starts small, so that the first policy has nearly the same
   * distribution everywhere, and the first values are nearly 0.
   *
   * @param options `outputs`: the number of outputs for a value, that of its head; 1 by default.
   * @throws if a size is not a positive integer.
   */
  init(key: random.Key, options: ActorCriticOptions & { readonly outputs?: number }): ActorValue {
    const { features, actions, hidden = [256, 256], activation = "elu", outputs = 1 } = options;
    for (const [name, size] of Object.entries({ features, actions, outputs }))
      checkCount("actorValue.init", name, size, 1);
    const [actorKey, valueKey] = random.split(key);
    const network = (one: random.Key, width: number): Mlp =>
      mlp.init(one, [features, ...hidden, width], {
        ...{ activation, output: "linear" },
        last: { scale: 0.1 },
      });
    return { actor: network(actorKey, 2 * actions), value: network(valueKey, outputs) };
  },

  /** Features [..., F] → outputs of the policy, [..., 2A]. */
  actor(params: Mlp, features: tf.Tensor): tf.Tensor {
    return mlp.apply(params, features);
  },

  /** Features [..., F] → outputs for values, [..., K]. */
  value(params: Mlp, features: tf.Tensor): tf.Tensor {
    return mlp.apply(params, features);
  },
};
