import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { showShape } from "../../core/tensor/shape";
import { dense, type Dense } from "../feedforward/dense";

/** Parameters of a multi-head attention. */
export interface MultiHeadAttention {
  /** [E, E], the columns of the heads side by side. */
  readonly query: Dense;
  /** [C, E] */
  readonly key: Dense;
  /** [C, E] */
  readonly value: Dense;
  /** [E, E] */
  readonly output: Dense;
  /** The number of heads, which divides E. */
  readonly heads: number;
}

/** What queries attend to. */
export interface AttentionOptions {
  /** The sequence of keys and values, [S, B, C]; the queries' own by default. */
  readonly context?: tf.Tensor;
  /**
   * Which keys a query may attend to: positive (or true) where it may, [T, S], [B, T, S] or [B, 1, S]; all by
   * default. A query that may attend to none gets zeros before the last affine layer.
   */
  readonly mask?: tf.Tensor | undefined;
}

/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2): for each head softmax(q kᵀ / √d) v, with d = E /
 * heads. Sequences have the shape [T, B, E].
 */
export const multiHeadAttention = {
  /**
   * Draws the weights as `dense.init` does.
   *
   * @param options `size`: E; `heads`; `context`: C, the size of the vectors that are attended to, E by
   *   default.
   * @throws if a size is not a positive integer, or the heads do not divide E.
   */
  init(
    key: random.Key,
    {
      size,
      heads,
      context = size,
    }: { readonly size: number; readonly heads: number; readonly context?: number },
  ): MultiHeadAttention {
    checkCount("multiHeadAttention.init", "size", size, 1);
    checkCount("multiHeadAttention.init", "heads", heads, 1);
    if (size % heads !== 0)
      throw new Error(`multiHeadAttention.init: heads must divide size ${size}, got ${heads}`);
    const keys = random.split(key, 4);
    return {
      query: dense.init(keys[0], size, size),
      key: dense.init(keys[1], context, size),
      value: dense.init(keys[2], context, size),
      output: dense.init(keys[3], size, size),
      heads,
    };
  },

  /**
   * Applies the layer: x [T, B, E] → [T, B, E].
   *
   * @throws if x, the context or the mask has another shape.
   */
  apply(params: MultiHeadAttention, x: tf.Tensor, { context = x, mask }: AttentionOptions = {}): tf.Tensor {
    const { heads, query, key, value, output } = params;
    checkSequence("x", x, query);
    checkSequence("context", context, key, x.shape[1]);
    const [steps, batch] = x.shape as [number, number];
    const size = query.weights.shape[1];
    return tf.tidy(() => {
      /** [T, B, E] → [B·heads, T, d] */
      const perHead = (y: tf.Tensor): tf.Tensor =>
        y
          .reshape([-1, batch, heads, size / heads])
          .transpose([1, 2, 0, 3])
          .reshape([batch * heads, -1, size / heads]);
      const q = perHead(dense.apply(query, x).mul(1 / Math.sqrt(size / heads)));
      const [k, v] = [perHead(dense.apply(key, context)), perHead(dense.apply(value, context))];
      const scores = tf.matMul(q, k, false, true); //                        [B·heads, T, S]
      const weights = mask === undefined ? scores.softmax() : maskedSoftmax(scores, mask, batch, heads);
      const mixed = tf.matMul(weights, v); //                                [B·heads, T, d]
      const merged = mixed
        .reshape([batch, heads, steps, size / heads])
        .transpose([2, 0, 1, 3])
        .reshape([steps, batch, size]);
      return dense.apply(output, merged);
    });
  },
};

/** softmax over the keys that may be attended to, and zeros for a query without any. */
function maskedSoftmax(scores: tf.Tensor, mask: tf.Tensor, batch: number, heads: number): tf.Tensor {
  const [, steps, keys] = scores.shape as [number, number, number];
  const fits =
    (mask.rank === 2 && showShape(mask.shape) === showShape([steps, keys])) ||
    (mask.rank === 3 &&
      (mask.shape[0] === batch || mask.shape[0] === 1) &&
      (mask.shape[1] === steps || mask.shape[1] === 1) &&
      mask.shape[2] === keys);
  if (!fits)
    throw new Error(
      `multiHeadAttention.apply: mask must be [T=${steps}, S=${keys}], ` +
        `[B=${batch}, T=${steps}, S=${keys}] or [B=${batch}, 1, S=${keys}], got ${showShape(mask.shape)}`,
    );
  const allowed = mask.greater(0).cast("float32");
  const perHead = allowed.rank === 2 ? allowed.expandDims(0) : allowed;
  const shaped = scores.reshape([batch, heads, steps, keys]);
  const each = perHead.expandDims(1); //                                     [B or 1, 1, T or 1, S]
  const far = tf.sub(1, each).mul(-1e9); // exp of it is 0, and it is finite where nothing is allowed
  return shaped.add(far).softmax().mul(each).reshape(scores.shape);
}

function checkSequence(name: string, x: tf.Tensor, { weights }: Dense, batch?: number): void {
  const size = weights.shape[0];
  const fits = x.rank === 3 && x.shape[2] === size && (batch === undefined || x.shape[1] === batch);
  if (fits) return;
  const expected = `[T, B${batch === undefined ? "" : `=${batch}`}, ${size}]`;
  throw new Error(`multiHeadAttention.apply: ${name} must be ${expected}, got ${showShape(x.shape)}`);
}

/** Returns the mask by which each of T positions attends to itself and what is before it, [T, T]. */
export function causalMask(steps: number): tf.Tensor2D {
  checkCount("causalMask", "steps", steps, 1);
  return tf.tidy(() => {
    const position = tf.range(0, steps);
    return position.expandDims<tf.Tensor2D>(1).greaterEqual<tf.Tensor2D>(position).cast("float32");
  });
}

/**
 * Returns the mask of sequences that are padded at their ends: the first `lengths` keys of each, [B, 1, S].
 *
 * @param lengths [B].
 * @param keys S.
 */
export function paddingMask(lengths: tf.Tensor, keys: number): tf.Tensor3D {
  checkCount("paddingMask", "keys", keys, 1);
  return tf.tidy(() =>
    tf
      .range(0, keys)
      .less<tf.Tensor3D>(lengths.cast("float32").reshape([-1, 1, 1]))
      .cast("float32"),
  );
}
