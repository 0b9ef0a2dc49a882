import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../../core/symmetric";
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

/** Weights are taken for rounded ones when their sum is within this of 1. */
const ROUNDING = 1e-4;

/**
 * A mixture of given regressions.
 *
 * @throws when the sizes do not go together, a number is not finite, a σ is not above 0, or constant weights do not sum to 1.
 */
export function create({ gate, coefficients, sigma }: RegressionNumbers): MixtureOfRegressions {
  const [components, size] = [coefficients.length, coefficients[0]?.length ?? 0];
  const outputs = coefficients[0]?.[0]?.length ?? 0;
  coefficients.forEach((each, k) => checkRows(`coefficients[${k}]`, each, size, outputs));
  checkRows("sigma", sigma, components, outputs);
  sigma.forEach((row, k) => {
    const bad = row.findIndex((value) => !(value > 0));
    if (bad >= 0) refuse(`sigma[${k}][${bad}]`, "> 0", String(row[bad]));
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
    checkRows("gate", gate, size, components);
    return { kind: "softmax", weights: tf.tensor2d(gate.flat(), [size, components]) };
  }
  checkRows("gate", [gate], 1, components);
  const bad = gate.findIndex((weight) => !(weight >= 0));
  if (bad >= 0) refuse(`gate[${bad}]`, ">= 0", String(gate[bad]));
  const sum = gate.reduce((total, weight) => total + weight, 0);
  if (!(Math.abs(sum - 1) <= ROUNDING))
    refuse("gate", "weights that sum to 1", `${Number(sum.toPrecision(4))}; divide each by their sum`);
  return { kind: "constant", logits: tf.tensor1d(gate.map((weight) => Math.log(Math.max(weight, 1e-30)))) };
}

const isMatrix = (gate: readonly number[] | Matrix): gate is Matrix => Array.isArray(gate[0]);

function checkRows(name: string, rows: Matrix, count: number, width: number): void {
  const fits = rows.length === count && rows.every((row) => row.length === width) && count > 0 && width > 0;
  if (!fits)
    refuse(name, `${count} rows of ${width} numbers`, `rows of ${rows.map((row) => row.length).join(", ")}`);
  const bad = rows.flat().find((value) => !Number.isFinite(value));
  if (bad !== undefined) refuse(name, "finite", String(bad));
}

function refuse(name: string, expected: string, got: string): never {
  throw new Error(`mixtureOfRegressions.create: ${name} must be ${expected}, got ${got}`);
}
