import { jit, random, tf, valueAndGrad } from "latent";
import { categorical, kl, oneHotCategorical } from "latent/distributions";
import { describe, expect, test } from "vitest";

const logits = tf.tensor2d([[0.3, -0.2, 1], [2, -Infinity, 0]]); // prettier-ignore
const key = random.key(1);

describe("oneHotCategorical", () => {
  const [ours, numbers] = [oneHotCategorical(logits), categorical(logits)];

  test("is the categorical distribution over vectors", () => {
    const z = ours.sample(key, [5000]);
    const k = numbers.sample(key, [5000]);
    expect(z).toHaveShape([5000, 2, 3]);
    expect(z.argMax(-1)).toBeNear(k, {});
    expect(z.sum(-1)).toBeNear(1, {});
    expect(ours.logProb(z)).toBeNear(numbers.logProb(k), { abs: 1e-6 });
    expect(ours.entropy()).toBeNear(numbers.entropy(), {});
    expect(ours.mean()).toBeNear(numbers.probs(), {});
    expect(ours.mode()).toBeNear([0, 0, 1, 1, 0, 0], {});
    const other = oneHotCategorical(logits.mul(0.5).maximum(-50));
    expect(kl(ours, other)).toBeNear(kl(numbers, categorical(logits.mul(0.5).maximum(-50))), { abs: 1e-6 });
  });

  test("has no mass on other vectors", () => {
    const p = oneHotCategorical(tf.zeros([3]));
    const vectors = tf.tensor2d([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0.5, 0.5, 0]]); // prettier-ignore
    expect(p.logProb(vectors)).toBeNear([-Math.log(3), -Infinity, -Infinity, -Infinity], { abs: 1e-6 });
  });

  test("has draws without a gradient, or with that of the probabilities", () => {
    const weights = tf.tensor1d([1, 2, 4]);
    const gradientOf = (f: (l: tf.Tensor) => tf.Tensor, l: tf.Tensor): tf.Tensor =>
      valueAndGrad((x: tf.Tensor) => f(x).mul(weights).sum())(l).grads;
    const l = tf.tensor1d([0.3, -0.2, 1]);
    const soft = gradientOf((x) => x.softmax(), l);
    const straight = (x: tf.Tensor): tf.Tensor => oneHotCategorical(x, { straightThrough: true }).sample(key);
    expect(gradientOf(straight, l)).toBeNear(soft, { abs: 1e-6 });
    expect(gradientOf((x) => oneHotCategorical(x).sample(key), l)).toBeNear(0, {});
    const z = straight(l);
    expect(z).toBeNear(oneHotCategorical(l).sample(key), { abs: 1e-7 });
    expect(oneHotCategorical(l).logProb(z).isFinite().dataSync()[0]).toBe(1);
    const compiled = jit((x: tf.Tensor) => gradientOf(straight, x));
    expect(compiled(l)).toBeNear(soft, { abs: 1e-6 });
    compiled.dispose();
  });
});
