import * as tf from "@tensorflow/tfjs";
import { scan, type ScanOptions } from "../../jit";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";
import * as tree from "../../core/tensor/tree";
import { glorotUniform } from "../feedforward/glorot";

/** Parameters of a long short-term memory: those of i, f, g and o, concatenated along the last axis. */
export interface Lstm {
  /** [In, 4H] */
  readonly inputWeights: tf.Tensor2D;
  /** [H, 4H] */
  readonly hiddenWeights: tf.Tensor2D;
  /** [4H] */
  readonly bias: tf.Tensor1D;
}

/** The state of a long short-term memory. */
export interface LstmState {
  /** h, its output, [B, H]. */
  readonly h: tf.Tensor;
  /** c, its memory, [B, H]. */
  readonly c: tf.Tensor;
}

/** The states of a sequence. */
export interface LstmStates {
  /** The state after the last input. */
  readonly last: LstmState;
  /** h_1 … h_T, [T, B, H] */
  readonly all: tf.Tensor3D;
}

/**
 * A long short-term memory (Hochreiter & Schmidhuber 1997; Gers et al. 2000), with the gates in PyTorch's
 * order:
 *
 * i, f, o = σ(x W + h V + b), g = tanh(x W + h V + b), c′ = f ⊙ c + i ⊙ g, h′ = o ⊙ tanh c′.
 */
export const lstm = {
  /**
   * Draws the weights of each gate from U(±√(6 / (inputs + outputs))) (Glorot & Bengio 2010, equation 16).
   * The bias of the forget gate is 1 (Jozefowicz et al. 2015), the others are 0.
   *
   * @throws if a size is not a positive integer.
   */
  init(key: random.Key, inputs: number, hidden: number): Lstm {
    checkCount("lstm.init", "inputs", inputs, 1);
    checkCount("lstm.init", "hidden", hidden, 1);
    const [inputKey, hiddenKey] = random.split(key);
    const weights = (gatesKey: random.Key, rows: number): tf.Tensor2D =>
      glorotUniform(gatesKey, [rows, 4 * hidden], rows, hidden) as tf.Tensor2D;
    const bias = Array.from({ length: 4 * hidden }, (_, i) => (Math.floor(i / hidden) === 1 ? 1 : 0));
    return {
      inputWeights: weights(inputKey, inputs),
      hiddenWeights: weights(hiddenKey, hidden),
      bias: tf.tensor1d(bias),
    };
  },

  /** Returns the state of zeros for a batch of B sequences. */
  zeros({ hiddenWeights }: Lstm, batch: number): LstmState {
    const [hidden] = hiddenWeights.shape;
    return { h: tf.zeros([batch, hidden]), c: tf.zeros([batch, hidden]) };
  },

  /**
   * Takes one step: the state and x [B, In] → the next state.
   *
   * @throws if the state or x has another shape.
   */
  step(params: Lstm, state: LstmState, x: tf.Tensor): LstmState {
    const { inputWeights, bias } = params;
    checkState("lstm.step", params, state, "B");
    checkShape("lstm.step", "x", x, ["B", `In=${inputWeights.shape[0]}`]);
    return tree.tidy(() => advance(params, state, x.matMul(inputWeights).add(bias)));
  },

  /**
   * Runs a sequence through `scan`: the first state and x [T, B, In] → h_1 … h_T. The matrix products with
   * the inputs are computed at once, before the loop.
   *
   * @param options options of `scan`; with `reverse` the sequence is read from its end, and h_t stays at
   *   position t.
   * @throws if the state or x has another shape.
   */
  run(
    params: Lstm,
    state: LstmState,
    x: tf.Tensor,
    options: Pick<ScanOptions, "reverse" | "unroll"> = {},
  ): LstmStates {
    const { inputWeights, bias } = params;
    const [inputs, wide] = inputWeights.shape;
    checkShape("lstm.run", "x", x, ["T", "B", `In=${inputs}`]);
    const [steps, batch] = x.shape as [number, number];
    checkState("lstm.run", params, state, `B=${batch}`);
    return tree.tidy(() => {
      const projected = x
        .reshape([steps * batch, inputs])
        .matMul(inputWeights)
        .add(bias); // [T·B, 4H]
      const step = (before: LstmState, inputPart: tf.Tensor): readonly [LstmState, tf.Tensor] => {
        const next = advance(params, before, inputPart);
        return [next, next.h];
      };
      const first = { h: state.h, c: state.c };
      const [last, all] = scan(step, first, projected.reshape([steps, batch, wide]), options);
      return { last, all: all as tf.Tensor3D };
    });
  },
};

function checkState(caller: string, { hiddenWeights }: Lstm, { h, c }: LstmState, batch: string): void {
  const size = hiddenWeights.shape[0];
  checkShape(caller, "h", h, [batch, `H=${size}`]);
  checkShape(caller, "c", c, [batch, `H=${size}`]);
}

/** Returns the next state from inputPart = x W + b [B, 4H]. */
function advance({ hiddenWeights }: Lstm, { h, c }: LstmState, inputPart: tf.Tensor): LstmState {
  const gates = h.matMul(hiddenWeights).add(inputPart); //             [B, 4H]
  const [i, f, g, o] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const memory = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh())); // c′ = f c + i g
  return { c: memory, h: o.sigmoid().mul(memory.tanh()) };
}
