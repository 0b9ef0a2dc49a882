import * as tf from "@tensorflow/tfjs";
import * as random from "../../../core/random";
import { checkAbove, checkCount } from "../../../core/numeric/check-number";
import { erfinv } from "../../../core/tensor/special";
import { dense } from "../../../nn/feedforward/dense";
import { mlp } from "../../../nn/feedforward/mlp";
import type { Activation } from "../../../nn/feedforward/activations";
import { checkedLogSigma, unboundedLog } from "../../base/bounded-log";
import type { Mdn } from "./model";

/** Options of `mdn.init`. */
export interface MdnOptions {
  /** In, the length of x. */
  readonly inputs: number;
  /** Units of the trunk's layers, starting at x. */
  readonly hidden: readonly number[];
  /** D, the length of y. */
  readonly outputs: number;
  /** K; 1 gives a Gaussian p(y|x) whose standard deviation depends on x. */
  readonly components: number;
  /** The trunk's nonlinearity, "tanh" by default. */
  readonly activation?: Activation;
  /** The initial σ_z, in units of y; 1 by default, for outputs of about unit variance. */
  readonly stdDev?: number;
}

/**
 * Returns a network with random weights and distinct means. With equal means, the components would have equal
 * gradients and stay alike for long.
 *
 * In each coordinate of y, the K initial means are the quantiles (k + ½) / K of N(0, stdDev²) in random
 * order; for one component, that is 0.
 *
 * @throws if a size is not a positive integer, there is no hidden layer, or stdDev is not between e⁻⁷ and e⁷.
 */
export function init(key: random.Key, options: MdnOptions): Mdn {
  const { inputs, hidden, outputs, components, activation = "tanh", stdDev = 1 } = options;
  for (const [name, size] of Object.entries({ inputs, outputs, components }))
    checkCount("mdn.init", name, size, 1);
  hidden.forEach((size, i) => checkCount("mdn.init", `hidden[${i}]`, size, 1));
  const width = hidden.at(-1);
  if (width === undefined)
    throw new Error("mdn.init: hidden must have at least one layer, such as [32], got []");
  checkAbove("mdn.init", "stdDev", stdDev);
  const logSigma = checkedLogSigma("mdn.init", stdDev);
  const [trunkKey, logitsKey, muKey, sigmaKey, spreadKey] = random.split(key, 5);
  const trunk = mlp.init(trunkKey, [inputs, ...hidden], activation);
  const logits = dense.init(logitsKey, width, components);
  const mu = dense.init(muKey, width, components * outputs);
  const rawSigma = dense.init(sigmaKey, width, components * outputs);
  tf.dispose([mu.bias, rawSigma.bias]);
  return {
    trunk,
    logits,
    mu: { weights: mu.weights, bias: spread(spreadKey, components, outputs, stdDev) },
    rawSigma: { weights: rawSigma.weights, bias: tf.fill([components * outputs], unboundedLog(logSigma)) },
  };
}

/** K points in D dimensions whose coordinates are the K quantiles of N(0, scale²) in random order, [K·D]. */
function spread(key: random.Key, components: number, outputs: number, scale: number): tf.Tensor1D {
  const quantile = (k: number): number => scale * Math.SQRT2 * erfinv((2 * k + 1) / components - 1);
  const orders = random.split(key, outputs).map((each: random.Key) => random.permutation(each, components));
  const values = Array.from({ length: components }, (_, k) =>
    orders.map((order) => quantile(order[k] ?? NaN)),
  );
  return tf.tensor1d(values.flat());
}
