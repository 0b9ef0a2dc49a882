import { jit, logSumExp, tf, useBackend, valueAndGrad } from "latent";
import { klStdNormal, normal } from "latent/distributions";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, home, others } from "../../support/backends";

afterEach(goHome);

const X = 0.7;
const sigmoid = 1 / (1 + Math.exp(-X));
const slope = sigmoid * (1 - sigmoid); // σ′(x) = σ(x) (1 − σ(x))

/** Functions of a scalar, and their second derivatives at X. */
const cases: readonly [name: string, f: (x: tf.Tensor) => tf.Tensor, second: number][] = [
  ["exp", (x) => x.exp(), Math.exp(X)],
  ["expm1", (x) => x.expm1(), Math.exp(X)],
  ["log", (x) => x.log(), -1 / X ** 2],
  ["log1p", (x) => x.log1p(), -1 / (1 + X) ** 2],
  ["sqrt", (x) => x.sqrt(), -0.25 * X ** -1.5],
  ["rsqrt", (x) => x.rsqrt(), 0.75 * X ** -2.5],
  ["reciprocal", (x) => x.reciprocal(), 2 / X ** 3],
  ["a stack of one", (x) => tf.stack([x.exp()]).sum(), Math.exp(X)],
  ["unstack of one", (x) => (tf.unstack(x.exp().expandDims())[0] as tf.Tensor).square(), 4 * Math.exp(2 * X)],
  ["tanh", (x) => x.tanh(), -2 * Math.tanh(X) * (1 - Math.tanh(X) ** 2)],
  ["sigmoid", (x) => x.sigmoid(), slope * (1 - 2 * sigmoid)],
  ["softplus", (x) => x.softplus(), slope],
  ["log sigmoid", (x) => x.logSigmoid(), -slope],
  ["elu below 0", (x) => x.sub(2 * X).elu(), Math.exp(-X)],
  ["elu above 0", (x) => x.elu(), 0],
  ["erf", (x) => x.erf(), (-4 / Math.sqrt(Math.PI)) * X * Math.exp(-(X ** 2))],
  ["a power with a variable exponent", (x) => tf.pow(2, x), Math.LN2 ** 2 * 2 ** X],
  // softmax([x, 0])₀ = σ(x)
  ["softmax", (x) => softmaxOf(x, [1, 0]), slope * (1 - 2 * sigmoid)],
  [
    "log softmax",
    (x) =>
      tf
        .stack([x, tf.scalar(0)])
        .logSoftmax()
        .slice(0, 1)
        .sum(),
    -slope,
  ],
  ["logSumExp", (x) => logSumExp(tf.stack([x, tf.scalar(0)])), slope],
  ["tf.logSumExp", (x) => tf.stack([x, tf.scalar(0)]).logSumExp(), slope],
  ["max", (x) => tf.stack([x.exp(), x]).max(), Math.exp(X)],
  ["min", (x) => tf.stack([x.exp(), x.square()]).min(), 2],
  ["maximum", (x) => x.exp().maximum(x), Math.exp(X)],
  ["clip", (x) => x.exp().clipByValue(0, 100), Math.exp(X)],
  ["where", (x) => tf.where(x.greater(0), x.exp(), x), Math.exp(X)],
  ["leaky relu", (x) => x.neg().leakyRelu(0.2).square(), 2 * 0.2 ** 2],
  ["matMul", (x) => tf.matMul(x.exp().reshape([1, 1]), x.exp().reshape([1, 1])).sum(), 4 * Math.exp(2 * X)],
  ["gather", (x) => tf.gather(tf.stack([x, x.exp()]), tf.tensor1d([1], "int32")).sum(), Math.exp(X)],
];

function softmaxOf(x: tf.Tensor, weights: readonly number[]): tf.Tensor {
  return tf
    .stack([x, tf.scalar(0)])
    .softmax()
    .mul(tf.tensor1d([...weights]))
    .sum();
}

/** Returns f″(x) by differentiating the gradient. */
function secondDerivative(f: (x: tf.Tensor) => tf.Tensor): (x: tf.Tensor) => tf.Tensor {
  const first = (x: tf.Tensor): tf.Tensor => valueAndGrad(f)(x).grads;
  return (x) => valueAndGrad(first)(x).grads;
}

/** Each operation rounds to 6e-8, relative; at most twenty of them, with values of at most 10. */
const TOLERANCE = { abs: 1e-5, rel: 2e-6 };

describe.each([home, ...others])("second derivatives on %s", (backend) => {
  const onWasm = (name: string): boolean => backend === "wasm" && name === "gather"; // no gradient there
  test.each(cases.filter(([name]) => !onWasm(name)))("of %s", async (_, f, expected) => {
    await useBackend(backend);
    expect(secondDerivative(f)(tf.scalar(X))).toBeNear(expected, TOLERANCE);
  });
});

test.each(["graph", "xla"] as const)("second derivatives compiled by %s", (compiler) => {
  const compiled = jit((x: tf.Tensor) => cases.map(([, f]) => secondDerivative(f)(x)), { compiler });
  compiled(tf.scalar(X)).forEach((second, i) => {
    expect(second, cases[i]?.[0]).toBeNear(cases[i]?.[2] ?? NaN, TOLERANCE);
  });
  compiled.dispose();
});

test("the divergence from N(0, I) has the second derivative 2σ² with respect to log σ", () => {
  const f = (logSigma: tf.Tensor): tf.Tensor => klStdNormal(normal(tf.scalar(0.5), logSigma.exp()));
  expect(secondDerivative(f)(tf.scalar(1))).toBeNear(2 * Math.E ** 2, TOLERANCE); // 14.778
});

test("third derivatives are complete too", () => {
  const third = valueAndGrad((x: tf.Tensor) => secondDerivative((y) => y.exp())(x))(tf.scalar(X)).grads;
  expect(third).toBeNear(Math.exp(X), TOLERANCE);
});

test("an operation without a second derivative is an error that names it", () => {
  const image = (x: tf.Tensor): tf.Tensor4D => x.reshape([1, 1, 1, 1]);
  const f = (x: tf.Tensor): tf.Tensor => tf.conv2d(image(x), image(x), 1, "same").square().sum();
  expect(() => secondDerivative(f)(tf.scalar(X))).toThrow("Conv2DBackpropFilter");
});

test("a gradient of a gradient leaves its value and its gradient", () => {
  const x = tf.scalar(X);
  expect(() => secondDerivative((y) => y.exp().tanh().mul(y.sigmoid()))(x)).toLeaveTensors(2);
});
