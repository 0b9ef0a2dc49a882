import { describe, expect, test } from "vitest";
import { gmm } from "latent/models";

describe("gmm.create throws for", () => {
  const good = { weights: [0.5, 0.5], means: [[0], [1]], covariances: [[[1]], [[1]]] };
  test.each<[string, Partial<gmm.GmmNumbers>, string]>([
    [
      "weights that do not sum to 1",
      { weights: [0.5, 0.8] },
      "weights must sum to 1, got 1.3; divide each by their sum",
    ],
    ["negative weights", { weights: [-0.5, 1.5] }, "weights[0] must be >= 0, got -0.5"],
    ["weights with NaN", { weights: [NaN, 1] }, "weights[0] must be >= 0, got NaN"],
    [
      "a covariance that is not positive definite",
      { means: [[0, 0], [1, 1]], covariances: [[[1, 0], [0, 1]], [[1, 2], [2, 1]]] }, // prettier-ignore
      "covariances[1] must be positive definite, got one with the eigenvalue -1; " +
        "add a little more than its magnitude to the diagonal, or remove linearly dependent coordinates",
    ],
    [
      "a covariance that is not symmetric",
      { means: [[0, 0], [1, 1]], covariances: [[[1, 0.5], [0.4, 1]], [[1, 0], [0, 1]]] }, // prettier-ignore
      "covariances[0] must be symmetric, got 0.5 at [0][1] and 0.4 at [1][0]",
    ],
    [
      "a covariance of a different size",
      { covariances: [[[1]], [[1, 0], [0, 1]]] }, // prettier-ignore
      "covariances[1] must be [1, 1], got 2 rows of 2, 2 numbers",
    ],
    [
      "too few covariances",
      { covariances: [[[1]]] },
      "covariances must have 2 matrices, one per weight, got 1",
    ],
    ["too few means", { means: [[0]] }, "means must be [2, 1], got 1 rows of 1 numbers"],
    ["no weights", { weights: [] }, "weights must be at least one number, got none"],
    ["means without columns", { means: [[], []] }, "means must have at least one column, got none"],
    ["means with NaN", { means: [[NaN], [0]] }, "means must be finite, got NaN"],
  ])("%s", (_, wrong, message) => {
    expect(() => gmm.create({ ...good, ...wrong })).toThrow(new Error(`gmm.create: ${message}`));
  });
});

test("gmm.create accepts a covariance that is symmetric up to rounding", () => {
  const rounded = [[1, 1e-12], [-1e-12, 1]]; // prettier-ignore
  expect(gmm.covariances(gmm.create({ weights: [1], means: [[0, 0]], covariances: [rounded] }))).toBeNear(
    [1, 0, 0, 1],
    { abs: 1e-11 },
  );
});
