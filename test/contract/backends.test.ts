import { jit, random, tf, tree, useBackend, valueAndGrad } from "latent";
import { kl } from "latent/distributions";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, home, others } from "../support/backends";
import { distributionTable, entropyOf, type Case, type Params } from "./distribution-table";

const [paramsKey, otherKey, sampleKey] = random.split(random.key(5), 3);

afterEach(goHome);

/** Every result of a distribution, by name. */
function everything(
  { make, lacks = [] }: Case,
  params: Params,
  other: Params,
  key: random.Key,
): Record<string, tf.Tensor> {
  const d = make(params);
  const draws = d.sample(key, [101]);
  return {
    draws,
    logProb: d.logProb(draws),
    mean: d.mean(),
    variance: d.variance(),
    ...(!lacks.includes("entropy") && { entropy: entropyOf(d) }),
    ...(!lacks.includes("divergence") && { kl: kl(d, make(other)) }),
    ...(d.cdf && draws.rank > 0 && { cdf: d.cdf(draws) }),
  };
}

function values(row: Case): Map<string, number[]> {
  return new Map(
    tree
      .entries(everything(row, row.params(paramsKey), row.params(otherKey), sampleKey))
      .map(([name, leaf]) => [name, Array.from(leaf.dataSync())]),
  );
}

/**
 * Two backends may round each exponential and logarithm by a few units in the last place, each 6e-8,
 * relative.
 */
const TOLERANCE = { abs: 2e-6, rel: 2e-6 };

describe.each(others)(`%s agrees with ${home}`, (name) => {
  test.each(distributionTable)("for $name", async (row) => {
    const here = values(row);
    await useBackend(name);
    const there = values(row);
    for (const [what, numbers] of here) expect(there.get(what) ?? [], what).toBeNear(numbers, TOLERANCE);
  });
});

/** One distribution of each kind for XLA, which compiles slowly; the graph executor gets all of them. */
const oneOfEach = distributionTable.filter(
  ({ batchShape, eventShape }) => batchShape.length === 0 || eventShape.length === 2,
);

test.each([
  ["graph", distributionTable],
  ["xla", oneOfEach],
] as const)("a function compiled by %s agrees with eager execution", (compiler, rows) => {
  const inputs = rows.map((row) => ({ params: row.params(paramsKey), other: row.params(otherKey) }));
  const all = (args: typeof inputs, key: random.Key): Record<string, tf.Tensor>[] =>
    rows.map((row, i) => everything(row, args[i]?.params ?? {}, args[i]?.other ?? {}, key));
  const compiled = jit(all, { compiler });
  compiled(inputs, random.key(1));
  expect(compiled.traces.map((trace) => trace.compiler)).toEqual(home === "tensorflow" ? [compiler] : []);
  const [here, there] = [all(inputs, sampleKey), compiled(inputs, sampleKey)];
  expect(tree.entries(there).map(([path]) => path)).toEqual(tree.entries(here).map(([path]) => path));
  tree
    .entries(here)
    .forEach(([path, leaf], i) => expect(tree.leaves(there)[i], path).toBeNear(leaf, TOLERANCE));
  compiled.dispose();
});

/** The gradient, with respect to the parameters, of the squared length of the gradient of Σ log p(x). */
function curvature({ make }: Case, params: Params, x: tf.Tensor): Params {
  const slope = (p: Params): Params => valueAndGrad((q: Params) => make(q).logProb(x).sum())(p).grads;
  return valueAndGrad((p: Params) => tf.addN(tree.leaves(slope(p)).map((leaf) => leaf.square().sum())))(
    params,
  ).grads;
}

/** Few, because XLA compiles derivatives of special functions for minutes. */
const plain = oneOfEach.filter(({ name }) => /^(normal|laplace|categorical)/.test(name));

test.each([
  ["graph", oneOfEach],
  ["xla", plain],
] as const)("second derivatives compiled by %s are those of eager execution", (compiler, rows) => {
  const inputs = rows.map((row) => {
    const params = row.params(paramsKey);
    return { params, x: row.make(params).sample(sampleKey, [3]) };
  });
  const all = (args: typeof inputs): Params[] =>
    rows.map((row, i) => curvature(row, args[i]?.params ?? {}, args[i]?.x ?? tf.scalar(NaN)));
  const compiled = jit(all, { compiler });
  const [here, there] = [all(inputs), compiled(inputs)];
  expect(compiled.traces.map((trace) => trace.compiler)).toEqual(home === "tensorflow" ? [compiler] : []);
  const found = tree.leaves(there);
  tree.entries(here).forEach(([path, leaf], i) => {
    expect(leaf.isFinite().all().dataSync()[0], path).toBe(1);
    // Sums of products of a few derivatives, each rounded like a value: some 1e-6 of the largest
    const largest = Math.max(1, leaf.abs().max().dataSync()[0] ?? NaN);
    expect(found[i], path).toBeNear(leaf, { abs: 1e-5 * largest });
  });
  compiled.dispose();
});
