import type * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import type { Shape } from "../../core/tensor/shape";

/**
 * Draws weights from U(±√(6 / (inputs + outputs))) (Glorot & Bengio 2010, equation 16).
 *
 * @param inputs the number of inputs of each output unit (fan-in).
 * @param outputs the number of outputs of each input unit (fan-out).
 */
export function glorotUniform(key: random.Key, shape: Shape, inputs: number, outputs: number): tf.Tensor {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return random.uniform(key, shape, { min: -limit, max: limit });
}
