import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { activations } from "../../nn/feedforward/activations";
import { checkRows } from "../base/check-rows";
import type { BayesianLayer, BayesianNetwork, MeanField } from "./network";

/**
 * How the weights of a batch are drawn. All three give each row an output of the same distribution; they
 * differ in how rows depend on each other, and so in the variance of a mean over the batch.
 *
 * - `shared`: one draw of the weights for all rows, a function (Blundell et al. 2015).
 * - `local`: a draw of the outputs of each layer for each row, which have means x μ and variances x² σ²
 *   (local reparameterization; Kingma, Salimans & Welling 2015).
 * - `flipout`: one draw of the deviations from the mean, with random signs for each row (Wen et al. 2018).
 */
export type WeightNoise = "shared" | "local" | "flipout";

/** The options of `apply`. */
export interface ApplyOptions {
  /** How weights are drawn, "local" by default. */
  readonly noise?: WeightNoise;
}

/** The variance that is added before a square root, whose slope is infinite at 0. */
const TINY = 1e-20;

/**
 * Returns outputs of the network under weights that are drawn from q, [B, Out].
 *
 * @param x [B, In].
 * @throws if x has a different shape.
 */
export function apply(
  model: BayesianNetwork,
  x: tf.Tensor,
  key: random.Key,
  { noise = "local" }: ApplyOptions = {},
): tf.Tensor2D {
  checkInputs("bayesianNetwork.apply", model, x);
  const draw = { shared, local, flipout }[noise];
  return through(model, x, (layer, h, i) => draw(layer, h, random.fold(key, i)));
}

/**
 * Returns the outputs at the means of the weights, [B, Out]: for a linear model the mean of the outputs.
 *
 * @param x [B, In].
 * @throws if x has a different shape.
 */
export function applyMean(model: BayesianNetwork, x: tf.Tensor): tf.Tensor2D {
  checkInputs("bayesianNetwork.applyMean", model, x);
  return through(model, x, (layer, h) => meanOf(layer, h));
}

/**
 * Returns the outputs of functions that are drawn from q, one draw of the weights for each, [S, B, Out].
 *
 * @param x [B, In].
 * @param draws S.
 * @throws if x has a different shape, or draws is not a positive integer.
 */
export function sampleFunctions(
  model: BayesianNetwork,
  x: tf.Tensor,
  key: random.Key,
  draws: number,
): tf.Tensor3D {
  checkInputs("bayesianNetwork.sampleFunctions", model, x);
  checkCount("bayesianNetwork.sampleFunctions", "draws", draws, 1);
  return tf.tidy(() =>
    tf.stack(random.split(key, draws).map((each: random.Key) => apply(model, x, each, { noise: "shared" }))),
  ) as tf.Tensor3D;
}

type LayerDraw = (layer: BayesianLayer, x: tf.Tensor, key: random.Key) => tf.Tensor;

function through(
  { layers, activation }: BayesianNetwork,
  x: tf.Tensor,
  output: (layer: BayesianLayer, x: tf.Tensor, i: number) => tf.Tensor,
): tf.Tensor2D {
  return tf.tidy(() =>
    layers.reduce((h, layer, i) => {
      const y = output(layer, h, i);
      return i === layers.length - 1 ? y : activations[activation](y);
    }, x.cast("float32")),
  ) as tf.Tensor2D;
}

/** x μ + μ_b */
function meanOf({ weights, bias }: BayesianLayer, x: tf.Tensor): tf.Tensor {
  const y = x.matMul(weights.mu); //                                              [B, Out]
  return bias === undefined ? y : y.add(bias.mu);
}

function drawOf({ mu, rho }: MeanField, key: random.Key): tf.Tensor {
  return random.normal(key, mu.shape).mul(rho.softplus()).add(mu); //             μ + σ ε
}

/** x W + b with one draw of W and b */
const shared: LayerDraw = ({ weights, bias }, x, key) => {
  const [weightKey, biasKey] = random.split(key);
  const y = x.matMul(drawOf(weights, weightKey));
  return bias === undefined ? y : y.add(drawOf(bias, biasKey));
};

/** x μ + √(x² σ²) ε with one ε for each row and output */
const local: LayerDraw = (layer, x, key) => {
  const mean = meanOf(layer, x);
  const spread = x.square().matMul(layer.weights.rho.softplus().square()); //     x² σ²     [B, Out]
  const variance = layer.bias === undefined ? spread : spread.add(layer.bias.rho.softplus().square());
  return random.normal(key, mean.shape).mul(variance.add(TINY).sqrt()).add(mean);
};

/** x μ + ((x ⊙ s) (σ ⊙ ε)) ⊙ r with signs s and r for each row */
const flipout: LayerDraw = ({ weights, bias }, x, key) => {
  const [weightKey, biasKey, inKey, outKey] = random.split(key, 4);
  const deviation = random.normal(weightKey, weights.mu.shape).mul(weights.rho.softplus()); // σ ⊙ ε
  const r = signs(outKey, [x.shape[0], weights.mu.shape[1]]);
  const turned = x.mul(signs(inKey, x.shape)).matMul(deviation);
  if (bias === undefined) return x.matMul(weights.mu).add(turned.mul(r));
  const biasDeviation = random.normal(biasKey, bias.mu.shape).mul(bias.rho.softplus());
  return x.matMul(weights.mu).add(bias.mu).add(turned.add(biasDeviation).mul(r));
};

/** −1 or 1, each with probability ½. */
function signs(key: random.Key, shape: readonly number[]): tf.Tensor {
  return random.uniform(key, shape).less(0.5).cast("float32").mul(2).sub(1);
}

/** Checks that x is [B, In] for the In of the model. */
export function checkInputs(caller: string, { layers }: BayesianNetwork, x: tf.Tensor): void {
  checkRows(caller, "x", x, ["B", "In"], layers[0]?.weights.mu.shape[0] ?? 0);
}
