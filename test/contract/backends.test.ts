import { jit, random, type tf, tree, useBackend } from "latent";
import { kl } from "latent/distributions";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, home, others } from "../support/backends";
import { distributionTable, type Case, type Params } from "./distribution-table";

const [paramsKey, otherKey, sampleKey] = random.split(random.key(5), 3);

afterEach(goHome);

/** Everything that a distribution gives, by name. */
function everything(
  { make, closedForm = true }: Case,
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
    ...(closedForm && { entropy: d.entropy(), kl: kl(d, make(other)) }),
  };
}

const values = (row: Case): Map<string, number[]> =>
  new Map(
    tree
      .entries(everything(row, row.params(paramsKey), row.params(otherKey), sampleKey))
      .map(([name, leaf]) => [name, Array.from(leaf.dataSync())]),
  );

/** Two backends may round each exponential and logarithm by a few units in the last place, 6e-8 of the value each. */
const TOLERANCE = { abs: 2e-6, rel: 2e-6 };

describe.each(others)(`%s gives the numbers that ${home} gives`, (name) => {
  test.each(distributionTable)("for $name", async (row) => {
    const here = values(row);
    await useBackend(name);
    const there = values(row);
    for (const [what, numbers] of here) expect(there.get(what) ?? [], what).toBeNear(numbers, TOLERANCE);
  });
});

/** XLA takes a second for a few distributions: it gets one of each kind, TensorFlow's graph executor gets all. */
const oneOfEach = distributionTable.filter(
  ({ batchShape, eventShape }) => batchShape.length === 0 || eventShape.length === 2,
);

test.each([
  ["graph", distributionTable],
  ["xla", oneOfEach],
] as const)("a function compiled by %s gives the numbers that it gives step by step", (compiler, rows) => {
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
