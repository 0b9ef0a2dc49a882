/** Every distribution as a node of a tree: what replaces its tensors rebuilds it. */
import { jit, random, scan, tf, tree, valueAndGrad } from "latent";
import { type Distribution } from "latent/distributions";
import { describe, expect, test } from "vitest";
import { distributionTable } from "./distribution-table";

const [paramsKey, otherKey, sampleKey] = random.split(random.key(6), 3);

describe.each(distributionTable)("$name", ({ name, params, make }) => {
  const d = make(params(paramsKey));
  const other = make(params(otherKey));
  const x = d.sample(sampleKey, [3]);
  const TOLERANCE = { abs: 2e-6, rel: 2e-6 }; // as between compiled and eager functions in backends.test.ts

  test("is rebuilt by map and clone, which leaves another one whole", () => {
    const mixed = tree.map((_, b) => b, d, other);
    expect(mixed.logProb(x)).toBeNear(other.logProb(x), {});
    const temporary = make(params(otherKey));
    const copy = tree.clone(temporary);
    tree.dispose(temporary);
    expect(copy.mean()).toBeNear(other.mean(), {});
    expect(copy.batchShape).toEqual(d.batchShape);
    expect(copy.eventShape).toEqual(d.eventShape);
  });

  test("passes into and out of a compiled function, and is a parameter of a gradient", () => {
    const swap = jit((a: Distribution, b: Distribution) => ({ a: b, b: a }), { compiler: "graph" });
    const swapped = swap(d, other);
    expect(swapped.a.logProb(x)).toBeNear(other.logProb(x), TOLERANCE);
    swap.dispose();
    const { grads } = valueAndGrad((p: Distribution) => p.logProb(x).mean())(d);
    expect(tree.leaves(grads).map(({ shape }) => shape)).toEqual(tree.leaves(d).map(({ shape }) => shape));
  });

  const ranks = tree.leaves(d).map(({ shape }) => shape.length);
  // Stacked parameters of different ranks no longer broadcast against each other
  const stacks = new Set(ranks).size === 1 && !name.startsWith("multivariate");
  test.runIf(stacks)("is carried and collected by scan", () => {
    const [last, all] = scan((before: Distribution) => [before, before], d, undefined, { length: 2 });
    expect(last.logProb(x)).toBeNear(d.logProb(x), {});
    tree
      .leaves(all)
      .forEach((leaf, i) => expect(leaf.shape).toEqual([2, ...(tree.leaves(d)[i]?.shape ?? [])]));
  });
});

test("a mapped normal has the mean of its new parameters", () => {
  const q = tree.map((x) => x.add(5), distributionTable[0]?.make({ mu: tf.scalar(0), sigma: tf.scalar(1) }));
  expect(q?.mean() ?? NaN).toBeNear(5, {});
});
