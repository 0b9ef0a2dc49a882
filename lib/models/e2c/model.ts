import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Activation } from "../../nn/feedforward/activations";
import { dense, type Dense } from "../../nn/feedforward/dense";
import { mlp, type Mlp } from "../../nn/feedforward/mlp";
import * as vae from "../vae/vae";

/** How the matrix A depends on z. */
export type Form = "full" | "low-rank" | "global";

/** A transition whose matrices are outputs of a network of z. */
export interface LocalTransition {
  /** A = I + M(z) with any matrix M, or A = I + v(z) r(z)ᵀ. */
  readonly form: "full" | "low-rank";
  /** ψ's hidden layers, from Z to H units. */
  readonly hidden: Mlp;
  /** M, row by row, [H, Z · Z], or v and r, [H, 2 Z]. */
  readonly A: Dense;
  /** B, row by row, [H, Z · A]. */
  readonly B: Dense;
  /** o, [H, Z]. */
  readonly o: Dense;
}

/** A transition with the same matrices everywhere. */
export interface GlobalTransition {
  /** One A, B and o. */
  readonly form: "global";
  /** A, [Z, Z]. */
  readonly A: tf.Tensor2D;
  /** B, [Z, A]. */
  readonly B: tf.Tensor2D;
  /** o, [Z]. */
  readonly o: tf.Tensor1D;
}

/** z′ = A z + B u + o, with matrices that depend on z, or one set for all z. */
export type Transition = LocalTransition | GlobalTransition;

/**
 * Embed to Control: a variational autoencoder of images whose latent vectors follow locally linear dynamics
 * (Watter et al. 2015; lecture, "Embed to Control"). Encoder and decoder are those of a `Vae`.
 */
export interface E2c extends vae.Vae {
  /** z′ = A(z) z + B(z) u + o(z). */
  readonly transition: Transition;
}

/** Options of `e2c.init`. */
export interface E2cOptions {
  /** D, the number of pixels. */
  readonly data: number;
  /** A, the length of a control. */
  readonly control: number;
  /** Z, the length of the latent vector. */
  readonly latent: number;
  /** Units of the encoder's hidden layers, starting at the image; the decoder has them in reverse order. */
  readonly hidden: readonly number[];
  /** How A depends on z; "full" by default. */
  readonly form?: Form;
  /** Units of the transition's hidden layers; [50, 50] by default. A global transition has none. */
  readonly transitionHidden?: readonly number[];
  /** Their nonlinearity; "tanh" by default. */
  readonly transitionActivation?: Activation;
  /** B_ii of the first transition, by which control i moves coordinate i; 0.5 by default. */
  readonly gain?: number;
  /** The distribution of a pixel given z; "bernoulli" by default. */
  readonly likelihood?: vae.Decoder["likelihood"];
}

/** log σ of the untrained encoder: wide codes would hide the images at first. */
const LOG_SIGMA = -2;

/** The factor of the weights of heads that should start near their biases. */
const SMALL = 0.1;

/**
 * Returns a model with random weights. Its dynamics start near the linear system z′ = z + B u, with B_ii =
 * `gain` and zeros elsewhere.
 *
 * @throws if a size is not a positive integer, there is no hidden layer, or `gain` is not finite.
 */
export function init(key: random.Key, options: E2cOptions): E2c {
  const { control, data, hidden, latent, likelihood = "bernoulli" } = options;
  for (const [name, size] of Object.entries({ data, control, latent })) checkCount("e2c.init", name, size, 1);
  const layers = options.transitionHidden ?? [50, 50];
  for (const [name, list] of Object.entries({ hidden, transitionHidden: layers })) {
    list.forEach((size, i) => checkCount("e2c.init", `${name}[${i}]`, size, 1));
    if (list.length === 0)
      throw new Error(`e2c.init: ${name} must have at least one layer, such as [100], got []`);
  }
  const { gain = 0.5 } = options;
  if (!Number.isFinite(gain)) throw new Error(`e2c.init: gain must be finite, got ${gain}`);
  const [vaeKey, sigmaKey, transitionKey] = random.split(key, 3);
  return tree.tidy(() => {
    const { encoder, decoder } = vae.init(vaeKey, { data, hidden, latent, likelihood });
    const units = hidden.at(-1) ?? 0;
    const logSigma = dense.init(sigmaKey, units, latent, { scale: SMALL, bias: LOG_SIGMA });
    return {
      encoder: { ...encoder, logSigma },
      decoder,
      transition: initTransition(transitionKey, { ...options, gain, transitionHidden: layers }),
    };
  });
}

function initTransition(
  key: random.Key,
  {
    form = "full",
    latent: Z,
    control: A,
    gain,
    transitionHidden,
    transitionActivation = "tanh",
  }: E2cOptions & Required<Pick<E2cOptions, "gain" | "transitionHidden">>,
): Transition {
  const B = Array.from({ length: Z * A }, (_, k) => (Math.floor(k / A) === k % A ? gain : 0));
  if (form === "global") return { form, A: tf.eye(Z), B: tf.tensor2d(B, [Z, A]), o: tf.zeros([Z]) };
  const [hiddenKey, aKey, bKey, oKey] = random.split(key, 4);
  const units = transitionHidden.at(-1) ?? 0;
  const small = { scale: SMALL };
  return {
    form,
    hidden: mlp.init(hiddenKey, [Z, ...transitionHidden], transitionActivation),
    A: dense.init(aKey, units, form === "full" ? Z * Z : 2 * Z, small),
    B: { ...dense.init(bKey, units, Z * A, small), bias: tf.tensor1d(B) },
    o: dense.init(oKey, units, Z, small),
  };
}

/** The sizes of a model. */
export interface Sizes {
  /** Z. */
  readonly stateSize: number;
  /** U. */
  readonly controlSize: number;
}

/** Returns Z, the length of a latent vector, and A, that of a control. */
export function sizes({ transition }: E2c): Sizes {
  if (transition.form === "global") {
    const [stateSize, controlSize] = transition.B.shape;
    return { stateSize, controlSize };
  }
  const [stateSize] = transition.o.bias.shape;
  return { stateSize, controlSize: transition.B.bias.shape[0] / stateSize };
}
