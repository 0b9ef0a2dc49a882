import { random, tf } from "latent";
import { categorical, mixtureSameFamily, normal } from "latent/distributions";
import { expect, test } from "vitest";
import { oneHot } from "../../../lib/core/tensor/one-hot";

test("oneHot returns a 1 at each index, also for a count of 1", () => {
  expect(oneHot(tf.tensor2d([2, 0], [1, 2], "int32"), 3)).toHaveShape([1, 2, 3]);
  expect(oneHot(tf.tensor1d([2, 0], "int32"), 3)).toBeNear([0, 0, 1, 1, 0, 0], {});
  expect(oneHot(tf.tensor1d([0, 0, 0], "int32"), 1)).toBeNear([1, 1, 1], {});
  const index = tf.tensor1d([1, 0], "int32");
  expect(() => oneHot(index, 2)).toLeaveTensors(1);
  expect(() => oneHot(index, 1)).toLeaveTensors(1);
});

test("a mixture of one component draws from that component", () => {
  const mixture = mixtureSameFamily(categorical(tf.zeros([1])), normal(tf.tensor1d([5]), tf.tensor1d([2])));
  const draws = mixture.sample(random.key(1), [10_000]);
  expect(draws.mean()).toBeWithinStandardErrors(5, 2 / 100);
});
