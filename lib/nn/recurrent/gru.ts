import * as tf from "@tensorflow/tfjs";
import { scan, type ScanOptions } from "../../jit";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { glorotUniform } from "../feedforward/glorot";

/** Parameters of a gated recurrent unit: those of r, u and n, concatenated along the last axis. */
export interface Gru {
  /** [In, 3H] */
  readonly inputWeights: tf.Tensor2D;
  /** [3H] */
  readonly inputBias: tf.Tensor1D;
  /** [H, 3H] */
  readonly hiddenWeights: tf.Tensor2D;
  /** [3H] */
  readonly hiddenBias: tf.Tensor1D;
}

/** The hidden states of a sequence. */
export interface GruStates {
  /** h_T, [B, H] */
  readonly last: tf.Tensor2D;
  /** h_1 … h_T, [T, B, H] */
  readonly all: tf.Tensor3D;
}

/**
 * A gated recurrent unit (Cho et al. 2014), with the reset gate after the matrix product, as in cuDNN and
 * PyTorch:
 *
 * r = σ(x W_r + b_r + h V_r + c_r), u = σ(x W_u + b_u + h V_u + c_u), n = tanh(x W_n + b_n + r ⊙ (h V_n +
 * c_n)), h′ = (1 − u) ⊙ n + u ⊙ h.
 */
export const gru = {
  /**
   * Draws the weights of each gate from U(±√(6 / (inputs + outputs))) (Glorot & Bengio 2010, equation 16),
   * and sets the biases to zero.
   *
   * @throws if a size is not a positive integer.
   */
  init(key: random.Key, inputs: number, hidden: number): Gru {
    checkCount("gru.init", "inputs", inputs, 1);
    checkCount("gru.init", "hidden", hidden, 1);
    const [inputKey, hiddenKey] = random.split(key);
    const weights = (gatesKey: random.Key, rows: number): tf.Tensor2D =>
      glorotUniform(gatesKey, [rows, 3 * hidden], rows, hidden) as tf.Tensor2D;
    return {
      inputWeights: weights(inputKey, inputs),
      inputBias: tf.zeros([3 * hidden]),
      hiddenWeights: weights(hiddenKey, hidden),
      hiddenBias: tf.zeros([3 * hidden]),
    };
  },

  /**
   * Takes one step: h [B, H], x [B, In] → h′ [B, H].
   *
   * @throws if h or x has another shape.
   */
  step(params: Gru, h: tf.Tensor, x: tf.Tensor): tf.Tensor2D {
    const { inputWeights, inputBias } = params;
    checkShape("gru.step", "h", h, ["B", `H=${sizeOf(params)}`]);
    checkShape("gru.step", "x", x, ["B", `In=${inputWeights.shape[0]}`]);
    return tf.tidy(() => advance(params, h as tf.Tensor2D, x.matMul(inputWeights).add(inputBias)));
  },

  /**
   * Runs a sequence through `scan`: h₀ [B, H], x [T, B, In] → h_1 … h_T. The matrix products with the inputs
   * are computed at once, before the loop.
   *
   * @param options options of `scan`; with `reverse` the sequence is read from its end, and h_t stays at
   *   position t.
   * @throws if h₀ or x has another shape.
   */
  run(
    params: Gru,
    h0: tf.Tensor,
    x: tf.Tensor,
    options: Pick<ScanOptions, "reverse" | "unroll"> = {},
  ): GruStates {
    const { inputWeights, inputBias } = params;
    const [inputs, wide] = inputWeights.shape;
    checkShape("gru.run", "x", x, ["T", "B", `In=${inputs}`]);
    const [steps, batch] = x.shape as [number, number];
    checkShape("gru.run", "h0", h0, [`B=${batch}`, `H=${sizeOf(params)}`]);
    return tree.tidy(() => {
      const rows = x.reshape([steps * batch, inputs]);
      const projected = rows.matMul(inputWeights).add(inputBias); //  [T·B, 3H]
      const step = (h: tf.Tensor2D, inputPart: tf.Tensor): readonly [tf.Tensor2D, tf.Tensor2D] => {
        const next = advance(params, h, inputPart);
        return [next, next];
      };
      const [last, all] = scan(step, h0 as tf.Tensor2D, projected.reshape([steps, batch, wide]), options);
      return { last, all: all as tf.Tensor as tf.Tensor3D };
    });
  },
};

/** Returns H, the size of the hidden state. */
function sizeOf({ hiddenWeights }: Gru): number {
  return hiddenWeights.shape[0];
}

/** Returns h′ from h [B, H] and inputPart = x W + b [B, 3H]. */
function advance({ hiddenWeights, hiddenBias }: Gru, h: tf.Tensor2D, inputPart: tf.Tensor): tf.Tensor2D {
  const hiddenPart = h.matMul(hiddenWeights).add(hiddenBias); //                 [B, 3H]
  const [xr, xu, xn] = tf.split(inputPart, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const [hr, hu, hn] = tf.split(hiddenPart, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const r = xr.add(hr).sigmoid(); //                                             [B, H]
  const u = xu.add(hu).sigmoid();
  const n = xn.add(r.mul(hn)).tanh();
  return n.add(u.mul(h.sub(n))); // (1 − u) n + u h
}
