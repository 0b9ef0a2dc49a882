import { tf } from "latent";
import { disentanglement } from "latent/metrics";
import { expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

interface Reference {
  readonly codes: number[][];
  readonly factors: number[][];
  readonly bins: number;
  readonly alpha: number;
  readonly information: number[][];
  readonly byChance: number[][];
  readonly gaps: number[];
  readonly mig: number;
  readonly dci: {
    readonly choices: number[];
    readonly importance: number[][];
    readonly disentanglement: number;
    readonly completeness: number;
    readonly error: number;
  }[];
}

const reference = fixture("disentanglement") as Reference;
const codes = tf.tensor2d(reference.codes);
const factors = tf.tensor2d(reference.factors);

test("information, information by chance and gaps agree with scikit-learn", () => {
  const { mig, gaps, information, byChance } = disentanglement.mig(codes, factors, { bins: reference.bins });
  // Both sides count the same rows in double precision
  information.forEach((row, d) =>
    row.forEach((value, f) => expect(value).toBeCloseTo(reference.information[d]?.[f] ?? NaN, 10)),
  );
  byChance.forEach((row, d) =>
    row.forEach((value, f) => expect(value).toBeCloseTo(reference.byChance[d]?.[f] ?? NaN, 10)),
  );
  gaps.forEach((gap, f) => expect(gap).toBeCloseTo(reference.gaps[f] ?? NaN, 10));
  expect(mig).toBeCloseTo(reference.mig, 10);
});

test("importances and scores agree with scikit-learn's lasso, for numeric and categorical factors", () => {
  for (const { choices, importance, ...scores } of reference.dci) {
    const ours = disentanglement.dci(codes, factors, { alpha: reference.alpha, choices });
    // The optimality conditions hold within 1e-10; the columns are far enough from parallel for weights
    // within 1e-8
    ours.importance.forEach((row, d) =>
      row.forEach((value, f) => expect(value).toBeCloseTo(importance[d]?.[f] ?? NaN, 6)),
    );
    expect(ours.disentanglement).toBeCloseTo(scores.disentanglement, 5);
    expect(ours.completeness).toBeCloseTo(scores.completeness, 5);
    expect(ours.error).toBeCloseTo(scores.error, 6);
  }
});
