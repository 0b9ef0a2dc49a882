import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../../core/numeric/check-number";
import type { Matrix } from "../../../core/numeric/symmetric-matrix";
import { checkMatrix, checkVector, logWeights } from "../../../core/numeric/check-matrix";
import type { MixtureOfRegressions } from "./model";

/** A mixture of regressions in plain numbers. */
export interface RegressionNumbers {
  /** p(z), K numbers that sum to 1; or V, F rows of K numbers, for a softmax gate. */
  readonly gate: readonly number[] | Matrix;
  /** W_z, for each of K regressions F rows of D numbers. */
  readonly coefficients: readonly Matrix[];
  /** σ_z, K rows of D numbers above 0. */
  readonly sigma: Matrix;
}

const CALLER = "mixtureOfRegressions.create";

/**
 * A mixture of given regressions.
 *
 * @throws when the sizes do not go together, a number is not finite, a σ is not above 0, or constant weights do not sum to 1.
 */
export function create({ gate, coefficients, sigma }: RegressionNumbers): MixtureOfRegressions {
  const [components, size] = [coefficients.length, coefficients[0]?.length ?? 0];
  const outputs = coefficients[0]?.[0]?.length ?? 0;
  if (outputs === 0)
    throw new Error(`${CALLER}: coefficients must be K matrices of F rows of D numbers, got none`);
  coefficients.forEach((each, k) => {
    checkMatrix(CALLER, `coefficients[${k}]`, each, [size, outputs]);
  });
  checkMatrix(CALLER, "sigma", sigma, [components, outputs]);
  sigma.forEach((row, k) => {
    row.forEach((value, d) => {
      checkAbove(CALLER, `sigma[${k}][${d}]`, value);
    });
  });
  return {
    gate: gateOf(gate, components, size),
    coefficients: tf.tensor3d(coefficients.flat(2), [components, size, outputs]),
    sigma: tf.tensor2d(sigma.flat(), [components, outputs]),
  };
}

function gateOf(
  gate: RegressionNumbers["gate"],
  components: number,
  size: number,
): MixtureOfRegressions["gate"] {
  if (isMatrix(gate)) {
    checkMatrix(CALLER, "gate", gate, [size, components]);
    return { kind: "softmax", weights: tf.tensor2d(gate.flat(), [size, components]) };
  }
  checkVector(CALLER, "gate", gate, components);
  return { kind: "constant", logits: tf.tensor1d(logWeights(CALLER, "gate", gate)) };
}

const isMatrix = (gate: readonly number[] | Matrix): gate is Matrix => Array.isArray(gate[0]);
