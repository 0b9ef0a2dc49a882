import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { mlp, type Activation, type Mlp } from "../../nn";

/** Sizes of the networks of an actor and two critics. */
export interface ActorCriticOptions {
  /** The length of an observation, or of the features that an encoder makes of it. */
  readonly features: number;
  /** A, the length of an action. */
  readonly actions: number;
  /** Units of the hidden layers, [256, 256] by default. */
  readonly hidden?: readonly number[];
  /** Their nonlinearity, "relu" by default. */
  readonly activation?: Activation;
}

/** The weights of an actor and two critics. */
export interface ActorCritics {
  /** The policy. */
  readonly actor: Mlp;
  /** Q₁ and Q₂. */
  readonly critics: readonly [Mlp, Mlp];
}

/** Multilayer perceptrons as an actor and two critics. */
export const actorCritics = {
  /**
   * Draws the weights. The last layer of the actor starts small, so that the first policy has nearly the same
   * distribution everywhere.
   *
   * @throws if a size is not a positive integer.
   */
  init(
    key: random.Key,
    { features, actions, hidden = [256, 256], activation = "relu" }: ActorCriticOptions,
  ): ActorCritics {
    checkCount("actorCritics.init", "features", features, 1);
    checkCount("actorCritics.init", "actions", actions, 1);
    const [actorKey, firstKey, secondKey] = random.split(key, 3);
    const critic = (one: random.Key): Mlp =>
      mlp.init(one, [features + actions, ...hidden, 1], { activation, output: "linear" });
    return {
      actor: mlp.init(actorKey, [features, ...hidden, 2 * actions], {
        ...{ activation, output: "linear" },
        last: { scale: 0.1 },
      }),
      critics: [critic(firstKey), critic(secondKey)],
    };
  },

  /** Features [..., F] → outputs of the policy, [..., 2A]. */
  actor(params: Mlp, features: tf.Tensor): tf.Tensor {
    return mlp.apply(params, features);
  },

  /** Features [..., F] and actions [..., A] → values, [...]. */
  critic(params: Mlp, features: tf.Tensor, action: tf.Tensor): tf.Tensor {
    return tf.tidy(() => mlp.apply(params, tf.concat([features, action], -1)).squeeze([-1]));
  },
};
