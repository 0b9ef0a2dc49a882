import * as tf from "@tensorflow/tfjs";
import { checkAbove } from "../../../core/numeric/check-number";
import type { Matrix } from "../../../core/numeric/symmetric-matrix";
import { checkMatrix, checkVector, logWeights } from "../../../core/numeric/check-matrix";
import type { MixtureOfRegressions } from "./model";

/** The parameters of a mixture of regressions in plain numbers. */
export interface RegressionNumbers {
  /** p(z), K numbers that sum to 1, for a constant gate; or V, [F][K], for a softmax gate. */
  readonly gate: readonly number[] | Matrix;
  /** W_z, K matrices [F][D]. */
  readonly coefficients: readonly Matrix[];
  /** σ_z, positive, [K][D]. */
  readonly sigma: Matrix;
}

const CALLER = "mixtureOfRegressions.create";

/**
 * Returns the mixture of the given regressions.
 *
 * @throws if the sizes do not match, a number is not finite, a σ is not positive, or the weights of a
 *   constant gate do not sum to 1.
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

function isMatrix(gate: readonly number[] | Matrix): gate is Matrix {
  return Array.isArray(gate[0]);
}
