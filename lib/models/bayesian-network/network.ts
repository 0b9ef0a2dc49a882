import * as tf from "@tensorflow/tfjs";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { inverseSoftplus } from "../../core/tensor/special";
import * as tree from "../../core/tensor/tree";
import { independent, type Independent } from "../../distributions/composite/independent";
import { normal, type Normal } from "../../distributions/continuous/normal";
import { kl as klOf } from "../../distributions/kl";
import type { Activation } from "../../nn/feedforward/activations";
import { glorotUniform } from "../../nn/feedforward/glorot";

/** Independent normal distributions of numbers: N(μ, σ²) with σ = softplus(ρ). */
export interface MeanField<T extends tf.Tensor = tf.Tensor> {
  /** μ. */
  readonly mu: T;
  /** ρ, of the same shape. */
  readonly rho: T;
}

/** An affine layer whose weights are random. */
export interface BayesianLayer {
  /** q(W), [In, Out]. */
  readonly weights: MeanField<tf.Tensor2D>;
  /** q(b), [Out]; a layer without it has no bias. */
  readonly bias?: MeanField<tf.Tensor1D>;
}

/**
 * The mean-field posterior q(w) = Π_i N(w_i; μ_i, σ_i²) over the weights of a multilayer perceptron (Blundell
 * et al. 2015, "Weight uncertainty in neural networks").
 */
export interface BayesianNetwork {
  /** The layers, from the input on. */
  readonly layers: readonly BayesianLayer[];
  /** The nonlinearity after each layer but the last one. */
  readonly activation: Activation;
}

/** Options of `bayesianNetwork.init`. */
export interface BayesianNetworkOptions {
  /** In, the length of x. */
  readonly inputs: number;
  /** Units of the hidden layers; none, [], is linear regression. */
  readonly hidden: readonly number[];
  /** Out, the length of y. */
  readonly outputs: number;
  /** The nonlinearity of the hidden layers, "tanh" by default. */
  readonly activation?: Activation;
  /** The initial σ of all weights; 0.05 by default. */
  readonly stdDev?: number;
  /** Whether layers have a bias, true by default. */
  readonly bias?: boolean;
}

/**
 * Returns a posterior with random means, drawn as those of `dense.init`, and equal standard deviations.
 *
 * @throws if a size is not a positive integer, or the standard deviation is not positive.
 */
export function init(key: random.Key, options: BayesianNetworkOptions): BayesianNetwork {
  const { inputs, hidden, outputs, activation = "tanh", stdDev = 0.05, bias = true } = options;
  const caller = "bayesianNetwork.init";
  checkCount(caller, "inputs", inputs, 1);
  hidden.forEach((size, i) => checkCount(caller, `hidden[${i}]`, size, 1));
  checkCount(caller, "outputs", outputs, 1);
  checkAbove(caller, "stdDev", stdDev);
  const sizes = [inputs, ...hidden, outputs];
  const keys = random.split(key, sizes.length - 1);
  const rho = inverseSoftplus(stdDev);
  const layers = keys.map((layerKey, i): BayesianLayer => {
    const [from, to] = [sizes[i] ?? 0, sizes[i + 1] ?? 0];
    const mu = glorotUniform(layerKey, [from, to], from, to) as tf.Tensor2D;
    const weights = { mu, rho: tf.fill<tf.Rank.R2>([from, to], rho) };
    if (!bias) return { weights };
    return { weights, bias: { mu: tf.zeros<tf.Rank.R1>([to]), rho: tf.fill<tf.Rank.R1>([to], rho) } };
  });
  return { layers, activation };
}

/** The posterior of a layer as distributions. */
export interface LayerPosterior {
  /** q(W), one distribution over matrices [In, Out]. */
  readonly weights: Independent<Normal>;
  /** q(b), one distribution over vectors [Out], if the layer has a bias. */
  readonly bias?: Independent<Normal>;
}

/** Returns q(W) and q(b) of each layer; free their tensors with `tree.dispose`. */
export function posterior({ layers }: BayesianNetwork): readonly LayerPosterior[] {
  return tree.tidy(() =>
    layers.map(({ weights, bias }) => ({
      weights: asNormal(weights),
      ...(bias !== undefined && { bias: asNormal(bias) }),
    })),
  );
}

function asNormal({ mu, rho }: MeanField): Independent<Normal> {
  return independent(normal(mu.clone(), rho.softplus()), mu.rank);
}

/** The standard deviation of the prior of all weights, or a posterior that is the prior of what follows. */
export type WeightPrior = number | BayesianNetwork;

/**
 * Returns KL(q ‖ p) between posteriors over the weights, in nats, []. Between the posteriors after and before
 * an observation it is the information gain of VIME (Houthooft et al. 2016, "VIME: variational information
 * maximizing exploration").
 *
 * @param prior p: the standard deviation τ of N(0, τ² I), or another posterior of the same sizes.
 * @throws if τ is not positive, or the other posterior has other sizes.
 */
export function kl(model: BayesianNetwork, prior: WeightPrior): tf.Tensor {
  const caller = "bayesianNetwork.kl";
  if (typeof prior === "number") checkAbove(caller, "prior", prior);
  else checkSizes(caller, model, prior);
  return tf.tidy(() => {
    const before =
      typeof prior === "number" ? fields(model).map(around0(prior)) : fields(prior).map(asNormal);
    return fields(model).reduce<tf.Tensor>((sum, field, i) => {
      const p = before[i];
      return p === undefined ? sum : sum.add(klOf(asNormal(field), p)); //  KL(q(w_i) ‖ p(w_i))
    }, tf.scalar(0));
  });
}

/** Returns N(0, τ² I) over weights of the same shape. */
function around0(stdDev: number): (field: MeanField) => Independent<Normal> {
  return ({ mu }) => independent(normal(tf.zeros(mu.shape), tf.fill(mu.shape, stdDev)), mu.rank);
}

/** All distributions of weights, layer by layer. */
function fields({ layers }: BayesianNetwork): MeanField[] {
  return layers.flatMap(({ weights, bias }) => (bias === undefined ? [weights] : [weights, bias]));
}

function checkSizes(caller: string, model: BayesianNetwork, other: BayesianNetwork): void {
  const text = (of: BayesianNetwork): string =>
    fields(of)
      .map(({ mu }) => `[${mu.shape.join(", ")}]`)
      .join(" ");
  if (text(model) !== text(other))
    throw new Error(`${caller}: prior must have weights ${text(model)}, got ${text(other)}`);
}
