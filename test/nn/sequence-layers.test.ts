import { jit, random, tf, tree, valueAndGrad } from "latent";
import {
  activations,
  causalMask,
  dense,
  type Dense,
  dropout,
  embedding,
  layerNorm,
  learnedPositions,
  lstm,
  mlp,
  multiHeadAttention,
  type MultiHeadAttention,
  paddingMask,
  patches,
  sinusoidalPositions,
  transformer,
  type TransformerBlock,
  unpatches,
} from "latent/nn";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixtures";
import { checkCase, compilers, type LayerCase, withCompilers } from "./layer-cases";

type Given = Readonly<Record<string, tf.Tensor>>;

const cases = fixture("sequence_layers") as {
  readonly layerNorm: readonly LayerCase[];
  readonly attention: readonly (LayerCase & { readonly mask: number[][][] })[];
  readonly transformer: readonly (LayerCase & {
    readonly form: "pre" | "post";
    readonly mask: number[][];
    readonly contextMask: number[][][];
  })[];
  readonly lstm: LayerCase;
  readonly patches: LayerCase;
  readonly unpatches: LayerCase;
  readonly activations: Readonly<Record<"x" | "silu" | "gelu" | "softplus", number[]>>;
};

/**
 * Values and gradients up to about 10, from a few chained sums of up to a dozen products, softmaxes and
 * normalizations: some fifty roundings of 6·10⁻⁸ of the largest.
 */
const TOLERANCE = 5e-5;

function affine(given: Given, name: string): Dense {
  return { weights: given[`${name}w`] as tf.Tensor2D, bias: given[`${name}b`] as tf.Tensor1D };
}

function attentionOf(given: Given, prefix = ""): MultiHeadAttention {
  const [query, key, value, output] = ["q", "k", "v", "o"].map((name) => affine(given, `${prefix}${name}`));
  return { query, key, value, output, heads: 2 } as MultiHeadAttention;
}

function normOf(given: Given, name: string): ReturnType<typeof layerNorm.init> {
  return { scale: given[`${name}s`] as tf.Tensor1D, shift: given[`${name}b`] as tf.Tensor1D };
}

describe.each(withCompilers(cases.layerNorm))("layerNorm %# (compiler: $compiler)", (one) => {
  test("has the values and gradients of JAX", () => {
    const run = ({ x, scale, shift }: Given): tf.Tensor =>
      layerNorm.apply({ scale: scale as tf.Tensor1D, shift: shift as tf.Tensor1D }, x as tf.Tensor);
    checkCase(one, run, TOLERANCE, one.compiler);
  });
});

describe.each(withCompilers(cases.attention))("multiHeadAttention %# (compiler: $compiler)", (one) => {
  test("has the values and gradients of JAX, one head after another", () => {
    const mask = tf.tensor3d(one.mask);
    const run = (given: Given): tf.Tensor => {
      const { x, context } = given;
      const params = attentionOf(given);
      const options = context === undefined ? { mask } : { mask, context };
      return multiHeadAttention.apply(params, x as tf.Tensor, options);
    };
    checkCase(one, run, TOLERANCE, one.compiler);
  });
});

describe.each(withCompilers(cases.transformer))("transformer %# ($form, compiler: $compiler)", (one) => {
  test("has the values and gradients of JAX", () => {
    const [mask, contextMask] = [tf.tensor2d(one.mask), tf.tensor3d(one.contextMask)];
    const run = (given: Given): tf.Tensor => {
      const { x, context, w1, b1, w2, b2 } = given;
      const layers = [
        { weights: w1, bias: b1 },
        { weights: w2, bias: b2 },
      ] as unknown as Dense[];
      const block: TransformerBlock = {
        attention: attentionOf(given, "self_"),
        ...(context !== undefined && { cross: attentionOf(given, "cross_") }),
        network: { layers, activation: "gelu", output: "linear" },
        norms: (context === undefined ? ["n0", "n1"] : ["n0", "n1", "n2"]).map((n) => normOf(given, n)),
      };
      const stack = { blocks: [block], ...(one.form === "pre" && { last: normOf(given, "last") }) };
      const inputs = context === undefined ? { mask } : { mask, context, contextMask };
      return transformer.apply(stack, x as tf.Tensor, inputs);
    };
    checkCase(one, run, TOLERANCE, one.compiler);
  });
});

test.each(compilers)("lstm has the states and gradients of JAX (compiler: %s)", (compiler) => {
  const run = (given: Given): tf.Tensor => {
    const { x, h, c, inputWeights, hiddenWeights, bias } = given as Record<string, tf.Tensor>;
    const params = { inputWeights, hiddenWeights, bias } as unknown as ReturnType<typeof lstm.init>;
    return lstm.run(params, { h: h as tf.Tensor, c: c as tf.Tensor }, x as tf.Tensor).all;
  };
  checkCase(cases.lstm, run, TOLERANCE, compiler);
});

test.each(compilers)("patches and back have the values and gradients of JAX (compiler: %s)", (compiler) => {
  const layer = ({ weights, bias }: Given): Dense => ({ weights, bias }) as unknown as Dense;
  const side = 2;
  checkCase(
    cases.patches,
    (given) => patches.apply({ layer: layer(given), side }, given["x"] as tf.Tensor),
    TOLERANCE,
    compiler,
  );
  checkCase(
    cases.unpatches,
    (given) => unpatches.apply({ layer: layer(given), side }, given["x"] as tf.Tensor, 4),
    TOLERANCE,
    compiler,
  );
});

test("silu, gelu and softplus have the values of JAX", () => {
  const { x, ...expected } = cases.activations;
  for (const [name, values] of Object.entries(expected))
    // erf and exp are right to some 5e-7
    expect(activations[name as "silu"](tf.tensor1d(x)), name).toBeNear(values, { abs: 2e-6, rel: 1e-6 });
});

describe("lstm", () => {
  test("reaches the same states by run and by step, forwards and in reverse", () => {
    tf.tidy(() => {
      const params = lstm.init(random.key(1), 3, 5);
      const x = random.normal(random.key(3), [7, 2, 3]);
      const inputs = tf.unstack(x);
      for (const reverse of [false, true]) {
        let state = lstm.zeros(params, 2);
        const states: tf.Tensor[] = [];
        for (const t of reverse ? [...inputs.keys()].reverse() : inputs.keys()) {
          state = lstm.step(params, state, inputs[t] as tf.Tensor);
          states[t] = state.h;
        }
        const { last, all } = lstm.run(params, lstm.zeros(params, 2), x, { reverse });
        expect(all).toBeNear(tf.stack(states), { abs: 1e-6 });
        expect(last.c).toBeNear(state.c, { abs: 1e-6 });
      }
    });
  });

  test("remembers at first: the bias of the forget gate is 1", () => {
    const { bias } = lstm.init(random.key(1), 2, 3);
    expect(bias).toBeNear([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0], {});
  });
});

describe("masks", () => {
  test("a causal mask hides what comes later", () => {
    expect(causalMask(3)).toBeNear([1, 0, 0, 1, 1, 0, 1, 1, 1], {});
    const params = multiHeadAttention.init(random.key(1), { size: 4, heads: 2 });
    const x = random.normal(random.key(2), [5, 1, 4]);
    const changed = tf.concat([x.slice(0, 3), x.slice(3).mul(-2)]);
    const of = (y: tf.Tensor): tf.Tensor => multiHeadAttention.apply(params, y, { mask: causalMask(5) });
    expect(of(changed).slice(0, 3)).toBeNear(of(x).slice(0, 3), { abs: 1e-6 });
    expect(of(changed).slice(3, 1)).not.toBeNear(of(x).slice(3, 1), { abs: 1e-3 });
  });

  test("a padding mask hides what is beyond the lengths", () => {
    expect(paddingMask(tf.tensor1d([1, 3], "int32"), 3)).toBeNear([1, 0, 0, 1, 1, 1], {});
    expect(paddingMask(tf.tensor1d([1, 3], "int32"), 3)).toHaveShape([2, 1, 3]);
  });
});

describe("embedding", () => {
  test("looks vectors up, with the gradient of their rows", () => {
    const params = embedding.init(random.key(1), 5, 3);
    const index = tf.tensor2d([[4, 0, 4]], undefined, "int32");
    const y = embedding.apply(params, index);
    expect(y).toHaveShape([1, 3, 3]);
    expect(y).toBeNear(tf.gather(params.vectors, tf.tensor1d([4, 0, 4], "int32")), {});
    const { grads } = valueAndGrad((p: typeof params) => embedding.apply(p, index).sum())(params);
    expect(grads.vectors).toBeNear([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2], {});
  });
});

describe("dropout", () => {
  test("keeps the mean, and each number with probability 1 − rate", () => {
    const x = tf.ones([200, 100]);
    const y = dropout(random.key(1), 0.25, x);
    const kept = y.greater(0).cast("float32").mean();
    expect(kept).toBeWithinStandardErrors(0.75, Math.sqrt((0.75 * 0.25) / 20_000));
    expect(y.max()).toBeNear(1 / 0.75, { rel: 1e-7 });
    expect(dropout(random.key(1), 0, x)).toBeNear(1, {});
    expect(() => dropout(random.key(1), 1, x)).toThrow("dropout: rate must be in [0, 1), got 1");
  });

  test("has another mask for each part of a transformer and each key, compiled too", () => {
    const params = transformer.init(random.key(1), { size: 4, heads: 2, blocks: 2 });
    const x = random.normal(random.key(2), [3, 2, 4]);
    const run = (y: tf.Tensor, key: random.Key): tf.Tensor =>
      transformer.apply(params, y, { dropout: { key, rate: 0.5 } });
    const compiled = jit(run);
    expect(compiled(x, random.key(3))).toBeNear(run(x, random.key(3)), { abs: 1e-5 });
    expect(compiled(x, random.key(4))).not.toBeNear(run(x, random.key(3)), { abs: 1e-2 });
    compiled.dispose();
  });
});

describe("positions", () => {
  test("sinusoidal ones have the formula of the paper", () => {
    const p = sinusoidalPositions(50, 6);
    expect(p).toHaveShape([50, 1, 6]);
    const [t, i] = [37, 4];
    expect(p.slice([t, 0, i], [1, 1, 2])).toBeNear(
      [Math.sin(t / 10_000 ** (i / 6)), Math.cos(t / 10_000 ** (i / 6))],
      { abs: 1e-6 },
    );
    expect(() => sinusoidalPositions(5, 3)).toThrow("sinusoidalPositions: size must be even, got 3");
  });

  test("learned ones are added to the first steps", () => {
    const params = learnedPositions.init(random.key(1), 5, 4);
    const x = tf.zeros([3, 2, 4]);
    const y = learnedPositions.apply(params, x);
    expect(y.slice([2, 1, 0], [1, 1, 4])).toBeNear(params.vectors.slice([2, 0, 0], [1, 1, 4]), {});
    expect(() => learnedPositions.apply(params, tf.zeros([6, 2, 4]))).toThrow(
      "learnedPositions.apply: x must have at most 5 steps, got 6",
    );
  });
});

test("patches put together again are the image, for layers that are inverse", () => {
  const eye = { weights: tf.eye(12), bias: tf.zeros([12]) } as Dense;
  const image = random.normal(random.key(1), [3, 4, 8, 3]);
  const tokens = patches.apply({ layer: eye, side: 2 }, image);
  expect(tokens).toHaveShape([8, 3, 12]);
  expect(unpatches.apply({ layer: eye, side: 2 }, tokens, 4)).toBeNear(image, { abs: 1e-6 });
});

test("layers leave exactly their results and their parameters", () => {
  const key = random.key(1);
  const [x, sequence] = [tf.ones([2, 4]), tf.ones([3, 2, 4])];
  const mask = causalMask(3);
  const params = {
    attention: multiHeadAttention.init(key, { size: 4, heads: 2 }),
    norm: layerNorm.init(4),
    lstm: lstm.init(key, 4, 5),
    stack: transformer.init(key, { size: 4, heads: 2, blocks: 2, context: 4 }),
    table: embedding.init(key, 3, 4),
    mlp: mlp.init(key, [4, 3, 2], { activation: "silu", output: "linear" }),
  };
  const start = lstm.zeros(params.lstm, 2);
  expect(() => layerNorm.apply(params.norm, x)).toLeaveTensors(1);
  expect(() => multiHeadAttention.apply(params.attention, sequence, { mask })).toLeaveTensors(1);
  expect(() => transformer.apply(params.stack, sequence, { context: sequence, mask })).toLeaveTensors(1);
  expect(() => lstm.step(params.lstm, start, x)).toLeaveTensors(2);
  expect(() => lstm.run(params.lstm, start, sequence)).toLeaveTensors(3);
  const index = tf.tensor1d([0, 2], "int32");
  expect(() => embedding.apply(params.table, index)).toLeaveTensors(1);
  expect(() => mlp.apply(params.mlp, sequence)).toLeaveTensors(1);
  expect(() => transformer.init(key, { size: 4, heads: 2, blocks: 2 })).toLeaveTensors(
    tree.leaves(transformer.init(key, { size: 4, heads: 2, blocks: 2 })).length,
  );
  expect(() => dense.init(key, 3, 2, { scale: 0.1, bias: 1 })).toLeaveTensors(2);
});

const attention = multiHeadAttention.init(random.key(0), { size: 4, heads: 2 });
test.each<[act: () => unknown, message: string]>([
  [
    () => multiHeadAttention.init(random.key(0), { size: 5, heads: 2 }),
    "multiHeadAttention.init: heads must divide size 5, got 2",
  ],
  [
    () => multiHeadAttention.apply(attention, tf.zeros([2, 3])),
    "multiHeadAttention.apply: x must be [T, B, 4], got [2, 3]",
  ],
  [
    () => multiHeadAttention.apply(attention, tf.zeros([2, 3, 4]), { context: tf.zeros([2, 2, 4]) }),
    "multiHeadAttention.apply: context must be [T, B=3, 4], got [2, 2, 4]",
  ],
  [
    () => multiHeadAttention.apply(attention, tf.zeros([2, 3, 4]), { mask: tf.ones([3, 2]) }),
    "multiHeadAttention.apply: mask must be [T=2, S=2], [B=3, T=2, S=2] or [B=3, 1, S=2], got [3, 2]",
  ],
  [
    () =>
      transformer.apply(
        transformer.init(random.key(0), { size: 4, heads: 2, blocks: 1, context: 3 }),
        tf.zeros([2, 3, 4]),
      ),
    "transformer.apply: context must be [S, B, C] for a decoder, got none",
  ],
  [
    () =>
      patches.apply(patches.init(random.key(0), { side: 2, channels: 3, size: 5 }), tf.zeros([1, 4, 5, 3])),
    "patches.apply: x must be [B, H, W, C=3] with H and W multiples of 2, got [1, 4, 5, 3]",
  ],
  [
    () => layerNorm.apply(layerNorm.init(3), tf.zeros([2, 4])),
    "layerNorm.apply: x must be [..., C=3], got [2, 4]",
  ],
  [
    () =>
      lstm.step(
        lstm.init(random.key(0), 3, 2),
        { h: tf.zeros([1, 2]), c: tf.zeros([1, 3]) },
        tf.zeros([1, 3]),
      ),
    "lstm.step: c must be [B, H=2], got [1, 3]",
  ],
])("wrong arguments are refused %#", (act, message) => {
  expect(act).toThrow(message);
});
