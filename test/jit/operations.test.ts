import { digamma, jit, lgamma, logMeanExp, logSumExp, random, softplus, stopGradient, tf } from "latent";
import { describe, expect, test } from "vitest";
import { erfinvTensor } from "../../lib/core/tensor/special";

type Op = (...xs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];
interface Case {
  readonly f: Op;
  readonly inputs: readonly tf.Tensor[];
}

const keys = random.split(random.key(77), 4);
const [aKey, bKey, imageKey, filterKey] = keys;
const a = random.normal(aKey, [3, 4]);
const b = random.normal(bKey, [3, 4]);
const positive = random.uniform(aKey, [3, 4], { min: 0.5, max: 9 });
const unit = random.uniform(bKey, [3, 4], { min: -0.95, max: 0.95 });
const row = random.normal(bKey, [4]);
const square = tf.tidy(() => random.normal(aKey, [5, 3, 3]));
const image = random.normal(imageKey, [2, 6, 6, 3]);
const filter = random.normal(filterKey, [3, 3, 3, 4]);
const volume = random.normal(imageKey, [1, 4, 4, 4, 2]);
const indices = tf.tensor1d([2, 0, 2], "int32");
const flags = tf.tensor2d([1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0], [3, 4], "bool");

function r1(x: tf.Tensor): tf.Tensor1D {
  return x as tf.Tensor1D;
}

function r2(x: tf.Tensor): tf.Tensor2D {
  return x as tf.Tensor2D;
}

function r3(x: tf.Tensor): tf.Tensor3D {
  return x as tf.Tensor3D;
}

function r4(x: tf.Tensor): tf.Tensor4D {
  return x as tf.Tensor4D;
}

function r5(x: tf.Tensor): tf.Tensor5D {
  return x as tf.Tensor5D;
}

function one(f: Op, x: tf.Tensor = a): Case {
  return { f, inputs: [x] };
}

function two(f: Op, x: tf.Tensor = a, y: tf.Tensor = b): Case {
  return { f, inputs: [x, y] };
}

/** Returns one case per name. */
function each<N extends string>(names: readonly N[], make: (name: N) => Case): Record<string, Case> {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

const everywhere = [
  "neg",
  "square",
  "exp",
  "expm1",
  "sin",
  "cos",
  "tanh",
  "sinh",
  "cosh",
  "atan",
  "asinh",
] as const;
const activations = ["erf", "sigmoid", "relu", "relu6", "elu", "selu", "leakyRelu", "softplus"] as const;
const steps = ["abs", "sign", "floor", "ceil", "round", "step", "isNaN", "isInf", "isFinite"] as const;
const arithmetic = ["add", "sub", "mul", "div"] as const;
const ofTwo = ["minimum", "maximum", "squaredDifference", "atan2", "divNoNan"] as const;
const comparisons = ["less", "lessEqual", "greater", "greaterEqual", "equal", "notEqual"] as const;

const operations: Record<string, Case> = {
  ...each([...everywhere, ...activations, ...steps], (name) => one((x) => tf[name](x))),
  ...each(["sqrt", "rsqrt", "log", "log1p", "reciprocal"], (name) => one((x) => tf[name](x), positive)),
  ...each(["asin", "acos", "atanh", "tan"], (name) => one((x) => tf[name](x), unit)),
  ...each([...arithmetic, ...ofTwo], (name) => two((x, y) => tf[name](x, y))),
  ...each(comparisons, (name) => two((x, y) => tf[name](x.round(), y.round()))),
  "arithmetic with a row": two((x, y) => arithmetic.map((name) => tf[name](x, y)), a, row),
  "pow": two((x, y) => tf.pow(x, y), positive, b),
  "pow of a number": one((x) => tf.pow(0.9, x)),
  "clipByValue": one((x) => tf.clipByValue(x, -0.5, 0.5)),
  "mod": two((x, y) => tf.mod(x, y), a, positive),
  "floorDiv": two((x, y) => tf.floorDiv(x.mul(9).cast("int32"), y.add(1).cast("int32")), a, positive),
  "prelu": two((x, y) => tf.prelu(x, y)),
  "logical operations": one(
    (x) => tf.logicalXor(tf.logicalAnd(x, flags.clone()), tf.logicalNot(tf.logicalOr(x, x))),
    flags,
  ),
  "where": two((x, y) => tf.where(x.greater(y), x, y.mul(2))),
  "addN": two((x, y) => tf.addN([x, y, x])),
  "cast": one((x) => [x.cast("int32"), x.cast("bool"), x.cast("int32").cast("float32")]),
  "zerosLike, onesLike": one((x) => [tf.zerosLike(x), tf.onesLike(x)]),
  "fill, range, linspace, eye": one((x) => [
    tf.fill([2, 3], 7),
    tf.range(0, 5),
    tf.linspace(0, 1, 5),
    tf.eye(3).mul(x.sum()),
  ]),
  "sum, mean, max, min, prod": one((x) => [
    x.sum(),
    x.sum(0),
    x.mean(1),
    x.max(1),
    x.min(),
    x.prod(0),
    x.sum(1, true),
  ]),
  "mean of integers": one((x) => tf.mean(x.mul(9).cast("int32"), 0)),
  "any, all": one((x) => [x.any(1), x.all(0)], flags),
  "argMax, argMin": one((x) => [x.argMax(1), x.argMin(0)]),
  "moments": one((x) => Object.values<tf.Tensor>(tf.moments(x, 0))),
  "norm": one((x) => [x.norm(), x.norm(1, 0), x.norm("euclidean", 1)]),
  "logSumExp, logMeanExp": one((x) => [tf.logSumExp(x, 1), logSumExp(x), logMeanExp(x, 0)]),
  "softmax, logSoftmax": one((x) => [tf.softmax(x), tf.logSoftmax(x)]),
  "cumsum": one((x) => tf.cumsum(x, 1, true, true)),
  "cumsum of the first axis": one((x) => tf.cumsum(x, 0)),
  "cumprod": one((x) => tf.cumprod(x, 1)),
  "topk": one((x) => Object.values(tf.topk(x, 2))),
  "matMul": two((x, y) => [tf.matMul(x, y, false, true), tf.matMul(x, y, true, false)]),
  "matMul of batches": one((x) => tf.matMul(x, x, false, true), square),
  "dot, outerProduct": two((x, y) => [tf.dot(r2(x), y), tf.outerProduct(r1(y), r1(y))], a, row),
  "einsum": two((x, y) => tf.einsum("ij,kj->ik", x, y)),
  "einsum of batches": one((x) => tf.einsum("bij,bjk->bik", x, x), square),
  "fused matMul": two((x, y) =>
    tf.fused.matMul({ a: x, b: y, transposeB: true, bias: tf.ones([3]), activation: "relu" }),
  ),
  "reshape, expandDims, squeeze, flatten": one((x) => [
    x.reshape([2, 6]),
    x.expandDims(1),
    x.expandDims(0).squeeze(),
    x.flatten(),
  ]),
  "transpose": one((x) => [x.transpose(), tf.transpose(x.expandDims(0), [1, 0, 2])]),
  "stack, unstack": two((x, y) => [
    tf.stack([x, y]),
    tf.stack([x, y], 2),
    ...tf.unstack(x),
    ...tf.unstack(x, 1),
  ]),
  "concat": two((x, y) => [tf.concat([x, y]), tf.concat([x, y, x], 1)]),
  "split": one((x) => [...tf.split(x, 2, 1), ...tf.split(x, [1, 2])]),
  "slice": one((x) => [tf.slice(x, [1, 0], [2, 3]), tf.slice(x, 1)]),
  "stridedSlice": one((x) => tf.stridedSlice(x, [0, 1], [3, 4], [2, 2])),
  "tile, reverse, broadcastTo": one((x) => [
    tf.tile(x, [2, 1]),
    tf.reverse(x, 1),
    tf.broadcastTo(x.expandDims(0), [2, 3, 4]),
  ]),
  "pad": one((x) => [
    tf.pad(x, [
      [1, 0],
      [0, 2],
    ]),
    tf.pad(
      x,
      [
        [1, 1],
        [1, 1],
      ],
      3,
    ),
  ]),
  "mirrorPad": one((x) =>
    tf.mirrorPad(
      x,
      [
        [1, 1],
        [0, 2],
      ],
      "reflect",
    ),
  ),
  "gather": one((x) => [tf.gather(x, indices.clone()), tf.gather(x, [3, 1], 1)]),
  "gather by an argument": two((x, i) => tf.gather(x, i), a, indices),
  "gatherND": one((x) =>
    tf.gatherND(
      x,
      tf.tensor2d(
        [
          [0, 1],
          [2, 3],
        ],
        [2, 2],
        "int32",
      ),
    ),
  ),
  "scatterND": one((x) => tf.scatterND(tf.tensor2d([[4], [1], [0]], [3, 1], "int32"), x, [5, 4])),
  "tensorScatterUpdate": one((x) =>
    tf.tensorScatterUpdate(x, tf.tensor2d([[1]], [1, 1], "int32"), tf.ones([1, 4])),
  ),
  "unsortedSegmentSum": one((x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1], "int32"), 2)),
  "oneHot": one((i) => tf.oneHot(i, 4), indices),
  "bincount": one((i) => tf.bincount(i as tf.Tensor1D, tf.ones([3]), 4), indices),
  "conv2d": two(
    (x, w) => [tf.conv2d(r4(x), r4(w), 1, "same"), tf.conv2d(r4(x), r4(w), 2, "valid")],
    image,
    filter,
  ),
  "conv2dTranspose": two(
    (x, w) => tf.conv2dTranspose(r4(x), r4(tf.transpose(w, [0, 1, 3, 2])), [2, 12, 12, 4], 2, "same"),
    image,
    filter,
  ),
  "conv1d": two((x, w) => tf.conv1d(r3(x), r3(w), 1, "same"), square, random.normal(filterKey, [2, 3, 4])),
  "conv3d": two(
    (x, w) => tf.conv3d(r5(x), r5(w), 1, "same"),
    volume,
    random.normal(filterKey, [2, 2, 2, 2, 3]),
  ),
  "depthwiseConv2d": two((x, w) => tf.depthwiseConv2d(r4(x), r4(w), 1, "same"), image, filter),
  "maxPool, avgPool": one((x) => [tf.maxPool(r4(x), 2, 2, "same"), tf.avgPool(r4(x), 2, 2, "valid")], image),
  "maxPool3d, avgPool3d": one(
    (x) => [tf.maxPool3d(r5(x), 2, 2, "same"), tf.avgPool3d(r5(x), 2, 2, "valid")],
    volume,
  ),
  "resizeBilinear": one((x) => tf.image.resizeBilinear(r4(x), [9, 4]), image),
  "resizeNearestNeighbor": one((x) => tf.image.resizeNearestNeighbor(r4(x), [12, 12]), image),
  "batchNorm": one(
    (x) => tf.batchNorm(r4(x), tf.zeros([3]), tf.ones([3]), tf.ones([3]), tf.ones([3])),
    image,
  ),
  "depthToSpace, spaceToBatchND": one(
    (x) => [
      tf.depthToSpace(r4(tf.reshape(x, [2, 3, 3, 12])), 2),
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ],
    image,
  ),
  "complex, fft": two((x, y) => {
    const z = tf.spectral.fft(tf.complex(x, y));
    return [tf.real(z), tf.imag(z)];
  }),
  "lgamma": one(lgamma, positive),
  "digamma": one(digamma, positive),
  "erfinvTensor": one(erfinvTensor, unit),
  "softplus from latent": one(softplus),
  "stopGradient": one((x) => x.mul(stopGradient(x))),
};

/** Operations that tfjs cannot differentiate. */
const NOT_DIFFERENTIABLE = new Set(
  [
    [
      "divNoNan",
      "less",
      "lessEqual",
      "greater",
      "greaterEqual",
      "equal",
      "notEqual",
      "where",
      "cumprod",
      "cumsum of the first axis",
    ],
    ["topk", "einsum", "einsum of batches", "stridedSlice", "gatherND", "scatterND", "tensorScatterUpdate"],
    ["depthToSpace, spaceToBatchND", "complex, fft", "erfinvTensor"],
  ].flat(),
);

/** Returns Σ w f(x), with a different weight w for each number. */
function weighted(result: ReturnType<Op>): tf.Tensor {
  const terms = listed(result).map((x) =>
    x
      .cast("float32")
      .flatten()
      .mul(tf.linspace(0.3, 1.7, x.size))
      .sum(),
  );
  return tf.addN(terms);
}

function listed(result: ReturnType<Op>): readonly tf.Tensor[] {
  return result instanceof tf.Tensor ? [result] : result;
}

function isFloat(x: tf.Tensor): boolean {
  return x.dtype === "float32";
}

/** Returns the gradients of `weighted(f)` with respect to the float inputs. */
function gradientsOf(f: Op): Op {
  return (...xs) => {
    const floats = xs.filter(isFloat);
    const { grads } = tf.engine().gradients(() => weighted(f(...xs)), floats, undefined, true) as {
      grads: readonly (tf.Tensor | undefined)[];
    };
    return floats.map((x, i) => grads[i] ?? tf.zerosLike(x));
  };
}

/** A few dozen roundings in float32 of 6e-8 each, relative to numbers up to ten. */
const TOLERANCE = { rel: 2e-5, abs: 2e-5 };

function agree(f: Op, inputs: readonly tf.Tensor[], compiler: "xla" | "graph"): void {
  const compiled = jit((...xs: tf.Tensor[]) => listed(f(...xs)), { compiler });
  const expected = tf.tidy(() => [...listed(f(...inputs))]);
  for (let call = 0; call < 2; call++) {
    const received = compiled(...inputs);
    expect(received).toHaveLength(expected.length);
    for (const [i, x] of received.entries()) {
      const wanted = expected[i] as tf.Tensor;
      expect(x).toHaveShape(wanted.shape);
      expect(x.dtype).toBe(wanted.dtype);
      expect(x).toBeNear(wanted, TOLERANCE);
    }
    tf.dispose([...received]);
  }
  expect(compiled.traces).toMatchObject([{ compiler }]);
  compiled.dispose();
  tf.dispose(expected);
}

describe.each(["xla", "graph"] as const)(
  "an operation compiled with %s agrees with the eager one:",
  (compiler) => {
    const table = Object.entries(operations);
    const smooth = table.filter(
      ([name, { inputs }]) => inputs.some(isFloat) && !NOT_DIFFERENTIABLE.has(name),
    );

    test.each(table)("%s", (_, { f, inputs }) => agree(f, inputs, compiler));

    test.each(smooth)("the gradient of %s", (_, { f, inputs }) => agree(gradientsOf(f), inputs, compiler));
  },
);
