import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import type { Activation } from "../feedforward/activations";
import { dropout } from "../feedforward/dropout";
import { layerNorm, type LayerNorm } from "../normalization/layer-norm";
import { mlp, type Mlp } from "../feedforward/mlp";
import { multiHeadAttention, type MultiHeadAttention } from "./attention";

/** One block: attention to the sequence itself, to a context if there is one, and a network per position. */
export interface TransformerBlock {
  /** The attention to the sequence itself. */
  readonly attention: MultiHeadAttention;
  /** The attention to the context; only in decoders. */
  readonly cross?: MultiHeadAttention;
  /** The network that is applied at each position. */
  readonly network: Mlp;
  /** One normalization for each of them. */
  readonly norms: readonly LayerNorm[];
}

/** Parameters of a stack of blocks. */
export interface Transformer {
  /** The blocks, in the order in which they are applied. */
  readonly blocks: readonly TransformerBlock[];
  /** The normalization after the last block; only of pre-norm stacks. */
  readonly last?: LayerNorm;
}

/** The sizes of a stack. */
export interface TransformerOptions {
  /** E, the size of the vectors. */
  readonly size: number;
  /** The number of heads, which divides E. */
  readonly heads: number;
  /** The number of hidden units of the networks, 4E by default. */
  readonly hidden?: number;
  /** The number of blocks. */
  readonly blocks: number;
  /** C, the size of the vectors of a context, to which decoders attend too; none by default. */
  readonly context?: number;
  /** The nonlinearity of the networks, "relu" by default. */
  readonly activation?: Activation;
  /**
   * Where the normalizations stand: "pre", before attention and network, which trains without a warm-up
   * (Xiong et al. 2020), by default; or "post", after them, as in the first paper.
   */
  readonly norm?: "pre" | "post";
}

/** What a stack attends to. */
export interface TransformerInputs {
  /** Which positions of the sequence attend to which, as for `multiHeadAttention`; all by default. */
  readonly mask?: tf.Tensor | undefined;
  /** What decoders attend to, [S, B, C]. */
  readonly context?: tf.Tensor;
  /** Which positions of the sequence attend to which of the context; all by default. */
  readonly contextMask?: tf.Tensor | undefined;
  /** The rate of dropout after attention and networks, with its key; none by default. */
  readonly dropout?: {
    /** The key of the draws. */
    readonly key: random.Key;
    /** The probability with which an element is set to 0, in [0, 1). */
    readonly rate: number;
  };
}

/**
 * A stack of transformer blocks (Vaswani et al. 2017, section 3.1), encoder or decoder. Sequences have the
 * shape [T, B, E]; positions are added by the caller.
 */
export const transformer = {
  /**
   * Draws the weights of each layer as `dense.init` does.
   *
   * @throws if a size is not a positive integer, or the heads do not divide E.
   */
  init(key: random.Key, options: TransformerOptions): Transformer {
    const { size, blocks, norm = "pre" } = options;
    checkCount("transformer.init", "blocks", blocks, 1);
    return {
      blocks: random.split(key, blocks).map((each: random.Key) => initBlock(each, options)),
      ...(norm === "pre" && { last: layerNorm.init(size) }),
    };
  },

  /**
   * Applies the stack: x [T, B, E] → [T, B, E].
   *
   * @throws if x, the context or a mask has another shape, or a decoder gets no context.
   */
  apply({ blocks, last }: Transformer, x: tf.Tensor, inputs: TransformerInputs = {}): tf.Tensor {
    return tf.tidy(() => {
      const form = last === undefined ? "post" : "pre";
      const y = blocks.reduce((h, block, i) => applyBlock(block, h, inputs, form, i), x);
      return last === undefined ? y : layerNorm.apply(last, y);
    });
  },
};

function initBlock(
  key: random.Key,
  { size, heads, hidden = 4 * size, context, activation = "relu" }: TransformerOptions,
): TransformerBlock {
  const [selfKey, crossKey, networkKey] = random.split(key, 3);
  const parts = context === undefined ? 2 : 3;
  return {
    attention: multiHeadAttention.init(selfKey, { size, heads }),
    ...(context !== undefined && { cross: multiHeadAttention.init(crossKey, { size, heads, context }) }),
    network: mlp.init(networkKey, [size, hidden, size], { activation, output: "linear" }),
    norms: Array.from({ length: parts }, () => layerNorm.init(size)),
  };
}

function applyBlock(
  { attention, cross, network, norms }: TransformerBlock,
  x: tf.Tensor,
  { mask, context, contextMask, dropout: drop }: TransformerInputs,
  form: "pre" | "post",
  index: number,
): tf.Tensor {
  if (cross !== undefined && context === undefined)
    throw new Error("transformer.apply: context must be [S, B, C] for a decoder, got none");
  const parts: ((h: tf.Tensor) => tf.Tensor)[] = [(h) => multiHeadAttention.apply(attention, h, { mask })];
  if (cross !== undefined && context !== undefined)
    parts.push((h) => multiHeadAttention.apply(cross, h, { context, mask: contextMask }));
  parts.push((h) => mlp.apply(network, h));
  return parts.reduce((h, part, i) => {
    const norm = (y: tf.Tensor): tf.Tensor => layerNorm.apply(norms[i] as LayerNorm, y);
    const dropped = (y: tf.Tensor): tf.Tensor =>
      drop === undefined ? y : dropout(random.fold(drop.key, index * parts.length + i), drop.rate, y);
    return form === "pre" ? h.add(dropped(part(norm(h)))) : norm(h.add(dropped(part(h))));
  }, x);
}
