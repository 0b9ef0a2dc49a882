import { describe, expect, test } from "vitest";
import { mixtureOfRegressions as regressions } from "latent/models";

const numbers: regressions.RegressionNumbers = {
  gate: [0.25, 0.75],
  coefficients: [
    [[1], [2]],
    [[3], [4]],
  ],
  sigma: [[0.5], [0.1]],
};

describe("mixtureOfRegressions.create", () => {
  test("takes weights for a constant gate and a matrix for a softmax gate", () => {
    const constant = regressions.create(numbers);
    expect(constant.gate.kind === "constant" ? constant.gate.logits.exp() : NaN).toBeNear([0.25, 0.75], {
      abs: 1e-6,
    });
    expect(constant.coefficients).toHaveShape([2, 2, 1]);
    const softmax = regressions.create({
      ...numbers,
      gate: [
        [1, 2],
        [3, 4],
      ],
    });
    expect(softmax.gate.kind === "softmax" ? softmax.gate.weights : NaN).toBeNear([1, 2, 3, 4], {});
    expect(() => regressions.create(numbers)).toLeaveTensors(3);
  });

  test.each([
    [{ gate: [0.25, 0.5] }, "gate must sum to 1, got 0.75; divide each by their sum"],
    [{ gate: [1.5, -0.5] }, "gate[1] must be >= 0, got -0.5"],
    [{ gate: [1] }, "gate must have 2 numbers, got 1"],
    [{ gate: [[1, 2]] }, "gate must be [2, 2], got 1 rows of 2 numbers"],
    [{ sigma: [[0.5]] }, "sigma must be [2, 1], got 1 rows of 1 numbers"],
    [{ sigma: [[0.5], [0]] }, "sigma[1][0] must be a positive finite number, got 0"],
    [{ coefficients: [] }, "coefficients must be K matrices of F rows of D numbers, got none"],
    [{ sigma: [[0.5], [NaN]] }, "sigma must be finite, got NaN"],
    [{ coefficients: [[[1], [2]], [[3]]] }, "coefficients[1] must be [2, 1], got 1 rows of 1 numbers"],
    [
      {
        coefficients: [
          [[1], [2]],
          [[3], [Infinity]],
        ],
      },
      "coefficients[1] must be finite, got Infinity",
    ],
  ])("throws for %j", (wrong, message) => {
    expect(() => regressions.create({ ...numbers, ...wrong })).toThrow(
      new Error(`mixtureOfRegressions.create: ${message}`),
    );
  });
});
