import { random, tf } from "latent";
import { bernoulli, independent, normal } from "latent/distributions";
import { describe, expect, test } from "vitest";

const [muKey, xKey] = random.split(random.key(3));

describe("independent", () => {
  const base = normal(random.normal(muKey, [2, 3, 5]), tf.ones([5]));

  test.each([
    [1, [2, 3], [5]],
    [2, [2], [3, 5]],
    [3, [], [2, 3, 5]],
  ])("of %d axes sums the log density over them", (axes, batch, event) => {
    const d = independent(base, axes);
    expect([d.batchShape, d.eventShape]).toEqual([batch, event]);
    const x = d.sample(xKey, [7]);
    const last = Array.from({ length: axes }, (_, i) => 4 - axes + i);
    expect(d.logProb(x)).toHaveShape([7, ...batch]);
    expect(d.logProb(x)).toBeNear(base.logProb(x).sum(last), { abs: 1e-5 });
    expect(d.entropy()).toHaveShape(batch);
  });

  test("nested twice is the same as with both axes at once", () => {
    const x = base.sample(xKey, [7]);
    const [nested, flat] = [independent(independent(base)), independent(base, 2)];
    expect([nested.batchShape, nested.eventShape]).toEqual([flat.batchShape, flat.eventShape]);
    expect(nested.logProb(x)).toBeNear(flat.logProb(x), { abs: 1e-5 });
    expect(nested.entropy()).toBeNear(flat.entropy(), { abs: 1e-5 });
  });

  test("has the draws of its base", () => {
    expect(independent(base).sample(xKey, [7])).toBeNear(base.sample(xKey, [7]), {});
  });

  test("is reparameterized if its base is", () => {
    expect("reparameterized" in independent(base, 2)).toBe(true);
    expect("reparameterized" in independent(bernoulli(tf.zeros([3])))).toBe(false);
  });

  test.each([-1, 4, 1.5])("rejects %d axes", (axes) => {
    expect(() => independent(base, axes)).toThrow(
      new Error(
        "independent: axes must be an integer from 0 to 3, " +
          `the number of batch axes of the base [2, 3, 5], got ${axes}`,
      ),
    );
  });

  test.each([[[5, 3]], [[3]], [[2, 1, 5]], [[2, 3, 1]]])("rejects x %j for events [3, 5]", (shape) => {
    expect(() => independent(base, 2).logProb(tf.zeros(shape))).toThrow(
      new Error(`independent.logProb: x must be [..., 2, 3, 5], got [${shape.join(", ")}]`),
    );
  });
});
