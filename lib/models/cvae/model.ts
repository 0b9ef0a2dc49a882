import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { independent, type Independent } from "../../distributions/composite/independent";
import { normal, type Normal } from "../../distributions/continuous/normal";
import type { Activation } from "../../nn/feedforward/activations";
import { dense, type Dense } from "../../nn/feedforward/dense";
import { mlp, type Mlp } from "../../nn/feedforward/mlp";
import { boundedLog, checkedLogSigma, unboundedLog } from "../base/bounded-log";
import { checkRows } from "../base/check-rows";
import { standardNormal } from "../vae/autoencoder";
import type { CvaeNetworks } from "./networks";

/** A network from an input to a normal distribution with a diagonal covariance. */
export interface NormalNetwork {
  /** The hidden layers, from the input to H units. */
  readonly hidden: Mlp;
  /** μ, [H, Out]. */
  readonly mu: Dense;
  /** σ of every coordinate if it is fixed; otherwise log σ before it is bounded, [H, Out]. */
  readonly sigma: number | Dense;
}

/**
 * A conditional variational autoencoder of vectors (Sohn et al. 2015; lecture, "Conditional models"), with
 * multilayer perceptrons and normal distributions.
 */
export interface Cvae {
  /** q_φ(z|x, y), from x and y to z. */
  readonly encoder: NormalNetwork;
  /** p_θ(y|x, z), from x and z to y. */
  readonly decoder: NormalNetwork;
  /** p_θ(z|x), from x to z; without it, the prior is N(0, I). */
  readonly prior?: NormalNetwork;
}

/** Options of `cvae.init`. */
export interface CvaeOptions {
  /** X, the length of x. */
  readonly inputs: number;
  /** D, the length of y. */
  readonly outputs: number;
  /** Z, the length of the latent vector. */
  readonly latent: number;
  /** Units of the hidden layers of each network. */
  readonly hidden: readonly number[];
  /** p(z) = N(0, I), "standard", by default; or p_θ(z|x), "conditional". */
  readonly prior?: "standard" | "conditional";
  /** The nonlinearity of the hidden layers; "relu" by default. */
  readonly activation?: Activation;
  /** The initial σ of the decoder, in units of y; 1 by default. */
  readonly stdDev?: number;
  /** Whether the decoder's σ is learned, as a function of x and z; true by default. */
  readonly learnStdDev?: boolean;
}

/**
 * Returns a model with random weights.
 *
 * @throws if a size is not a positive integer, there is no hidden layer, or stdDev is not between e⁻⁷ and e⁷.
 */
export function init(key: random.Key, options: CvaeOptions): Cvae {
  const { inputs, outputs, latent, hidden, prior = "standard", activation = "relu" } = options;
  const { stdDev = 1, learnStdDev = true } = options;
  for (const [name, size] of Object.entries({ inputs, outputs, latent }))
    checkCount("cvae.init", name, size, 1);
  hidden.forEach((size, i) => checkCount("cvae.init", `hidden[${i}]`, size, 1));
  if (hidden.length === 0)
    throw new Error("cvae.init: hidden must have at least one layer, such as [32], got []");
  checkAbove("cvae.init", "stdDev", stdDev);
  const logSigma = checkedLogSigma("cvae.init", stdDev);
  const [encoderKey, decoderKey, priorKey] = random.split(key, 3);
  const network = (of: random.Key, from: number, to: number, start = 0): NormalNetwork => {
    const [bodyKey, muKey, sigmaKey] = random.split(of, 3);
    const units = hidden.at(-1) ?? 0;
    return {
      hidden: mlp.init(bodyKey, [from, ...hidden], activation),
      mu: dense.init(muKey, units, to),
      sigma: dense.init(sigmaKey, units, to, { bias: unboundedLog(start) }),
    };
  };
  return tree.tidy(() => {
    const decoder = network(decoderKey, inputs + latent, outputs, logSigma);
    return {
      encoder: network(encoderKey, inputs + outputs, latent),
      decoder: learnStdDev ? decoder : { ...decoder, sigma: stdDev },
      ...(prior === "conditional" && { prior: network(priorKey, inputs, latent) }),
    };
  });
}

/**
 * Returns N(μ(v), diag σ(v)²) for inputs v [B, In]: a batch [B] over vectors [Out]. |log σ| is bounded by 7.
 */
function apply({ hidden, mu, sigma }: NormalNetwork, v: tf.Tensor): Independent<Normal> {
  const h = mlp.apply(hidden, v); //                                                        [B, H]
  const mean = dense.apply(mu, h); //                                  μ                    [B, Out]
  const spread =
    typeof sigma === "number" ? tf.fill(mean.shape, sigma) : boundedLog(dense.apply(sigma, h)).exp();
  return independent(normal(mean, spread)); //                         N(μ, diag σ²)        [B] of [Out]
}

/** The lengths of the vectors of a model. */
export interface CvaeSizes {
  /** X. */
  readonly inputs: number;
  /** D. */
  readonly outputs: number;
  /** Z. */
  readonly latent: number;
}

/** Returns X, D and Z of a model. */
export function sizes({ encoder, decoder }: Cvae): CvaeSizes {
  const latent = encoder.mu.bias.shape[0];
  const outputs = decoder.mu.bias.shape[0];
  const wide = encoder.hidden.layers[0]?.weights.shape[0] ?? 0; // X + D
  return { inputs: wide - outputs, outputs, latent };
}

/** The three distributions of a `Cvae`. */
export interface NormalNetworks extends CvaeNetworks<tf.Tensor, Independent<Normal>> {
  /** p_θ(y|x, z) of x [B, X] and z [B, Z]: a batch [B] over y [D]. */
  readonly decoder: (x: tf.Tensor, z: tf.Tensor) => Independent<Normal>;
  /** p_θ(z|x) of x [B, X], a batch [B] over z [Z]; or one N(0, I). */
  readonly prior: (x: tf.Tensor) => Independent<Normal>;
}

/**
 * Returns the three distributions of a model, as `elboTerms`, `logProb` and `sample` take them: q_φ(z|x, y),
 * p_θ(y|x, z) and p(z|x) or N(0, I), each of matrices with one row per pair.
 *
 * Its functions return tensors that the caller frees, with `tf.tidy` or `tree.dispose`.
 *
 * @throws from its functions, if a matrix has another shape.
 */
export function networks(model: Cvae): NormalNetworks {
  const { encoder, decoder, prior } = model;
  const { inputs, outputs, latent } = sizes(model);
  const check = (caller: string, name: string, x: tf.Tensor, letter: string, size: number): void => {
    checkRows(caller, name, x, ["B", letter], size);
  };
  return {
    encoder(x, y) {
      check("cvae.networks.encoder", "x", x, "X", inputs);
      check("cvae.networks.encoder", "y", y, "D", outputs);
      return tree.tidy(() => apply(encoder, tf.concat([x, y], 1))); // q_φ(z|x, y)
    },
    decoder(x, z) {
      check("cvae.networks.decoder", "x", x, "X", inputs);
      check("cvae.networks.decoder", "z", z, "Z", latent);
      return tree.tidy(() => apply(decoder, tf.concat([x, z], 1))); // p_θ(y|x, z)
    },
    prior(x) {
      check("cvae.networks.prior", "x", x, "X", inputs);
      return tree.tidy(() => (prior === undefined ? standardNormal(latent) : apply(prior, x))); // p(z|x)
    },
  };
}

/**
 * Returns E[y|x, z], [B, D]: what the decoder makes of one z, such as the action of a plan.
 *
 * @param x evidence [B, X].
 * @param z latent vectors [B, Z].
 * @throws if x or z has a different shape.
 */
export function decodeMean(model: Cvae, x: tf.Tensor, z: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => networks(model).decoder(x, z).mean() as tf.Tensor2D);
}
