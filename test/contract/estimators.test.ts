import { jit, random, tf, tree } from "latent";
import type { Distribution } from "latent/distributions";
import {
  constantBaseline,
  enumerate,
  type Estimator,
  gradientEstimate,
  gradientSamples,
  learnedBaseline,
  leaveOneOut,
  measureValued,
  optimalBaseline,
  pathwise,
  scoreFunction,
} from "latent/estimators";
import { describe, expect, test } from "vitest";
import { columns, moments } from "../support/statistics";
import {
  continuousProblems,
  discreteProblems,
  sideBySide,
  type Params,
  type Problem,
} from "./estimation-problems";

const N = 10_000;
const key = random.key(99);

interface Row {
  readonly what: string;
  readonly problem: Problem;
  /** n estimates of the gradient, [n, ...] per parameter. */
  readonly samples: (params: Params, key: random.Key, n: number) => Params;
  /** The mean of n estimates, by one backward pass over one θ. */
  readonly mean: (params: Params, key: random.Key, n: number) => Params;
}

/** An estimator on a problem, with a number of draws per estimate. */
function row<D extends Distribution>(
  what: string,
  estimator: Estimator<D>,
  problem: Problem<D>,
  draws = 1,
): Row {
  return {
    what: `${what}: ${problem.name}`,
    problem,
    samples: (params, k, n) => gradientSamples(estimator, problem.objective, params, k, n, draws),
    mean: (params, k, n) => gradientEstimate(estimator, problem.objective, params, k, n * draws),
  };
}

/**
 * A baseline learned from three costs; the state is made inside, so that a compiled function captures
 * nothing.
 */
function learned(cost: tf.Tensor): tf.Tensor {
  const state = learnedBaseline.update(learnedBaseline.init(), tf.tensor1d([1, 4, 7]));
  return learnedBaseline.baseline(state)(cost);
}

const allProblems: readonly Problem[] = [...continuousProblems, ...discreteProblems];
const oneDraw = [
  ...continuousProblems.map((problem) => row("pathwise", pathwise(), problem)),
  ...allProblems.map((problem) => row("score function", scoreFunction(), problem)),
  ...allProblems.map((problem) =>
    row("score function, constant baseline", scoreFunction({ baseline: constantBaseline(1.5) }), problem),
  ),
  ...allProblems.map((problem) =>
    row("score function, learned baseline", scoreFunction({ baseline: learned }), problem),
  ),
  ...continuousProblems.map((problem) => row("measure-valued", measureValued(), problem)),
  ...discreteProblems.map((problem) => row("measure-valued", measureValued(), problem)),
  ...continuousProblems.map((problem) =>
    row("measure-valued, not coupled", measureValued({ coupled: false }), problem),
  ),
  ...discreteProblems.map((problem) =>
    row("measure-valued, not coupled", measureValued({ coupled: false }), problem),
  ),
  ...discreteProblems.map((problem) => row("enumerate", enumerate(), problem)),
];
const threeDraws = allProblems.flatMap((problem) => [
  row("score function, leave-one-out of 3", scoreFunction({ baseline: leaveOneOut }), problem, 3),
  row("score function, optimal of 3", scoreFunction({ baseline: optimalBaseline }), problem, 3),
]);

describe.each([...oneDraw, ...threeDraws])("$what", ({ problem, samples, mean }) => {
  test("is unbiased, with independent estimates", () => {
    for (const { path, sample, exact } of sideBySide(problem, samples(problem.params(), key, N))) {
      expect(sample, path).toHaveShape([N, ...exact.shape]);
      const statistics = columns(sample).map(moments);
      const means = statistics.map((s) => s.mean);
      const errors = statistics.map((s) => s.meanError + 1e-6); // a gradient without noise is still rounded
      expect(means, path).toBeWithinStandardErrors(exact, errors);
      columns(sample).forEach((column, place) => {
        const away = column.map((x) => x - (means[place] ?? NaN));
        const covariance = moments(away.slice(1).map((x, i) => x * (away[i] ?? NaN))); // of neighbours
        expect(covariance.mean, path).toBeWithinStandardErrors(0, covariance.meanError + 1e-9);
      });
    }
  });

  test("leaves one tensor per parameter", () => {
    const params = problem.params();
    const count = tree.leaves(params).length;
    expect(() => samples(params, key, 7)).toLeaveTensors(count);
    expect(() => mean(params, key, 7)).toLeaveTensors(count);
  });

  test("returns the same estimates in a compiled function", () => {
    const compiled = jit((params: Params, k: random.Key) => samples(params, k, 11), { compiler: "graph" });
    const here = samples(problem.params(), key, 11);
    const there = tree.leaves(compiled(problem.params(), key));
    tree.leaves(here).forEach((leaf, i) => expect(there[i]).toBeNear(leaf, { abs: 1e-5, rel: 1e-5 }));
    compiled.dispose();
  });
});

test.each(oneDraw)("$what: the mean agrees with that of separate samples", ({ problem, samples, mean }) => {
  const params = problem.params();
  const means = tree.leaves(samples(params, key, 101)).map((leaf) => leaf.mean(0));
  tree
    .leaves(mean(params, key, 101))
    .forEach((leaf, i) => expect(leaf).toBeNear(means[i] ?? NaN, { abs: 1e-5, rel: 1e-5 }));
});
