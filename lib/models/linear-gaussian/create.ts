import * as tf from "@tensorflow/tfjs";
import type { Matrix } from "../../core/numeric/symmetric-matrix";
import { checkMatrix, checkVector, covarianceFactor } from "../../core/numeric/check-matrix";
import type { LinearGaussian, LinearMap } from "./model";

/** One value, or one for each observation, of which the last of a transition has no effect. */
export type OverTime<Value> = Value | readonly Value[];

/** N(A x + B u + b, Σ) in plain numbers. */
export interface LinearMapNumbers {
  /** A, [to][X]. */
  readonly matrix: OverTime<Matrix>;
  /** b, of length `to`; zeros by default. */
  readonly bias?: OverTime<readonly number[]>;
  /** B, [to][U], for a model with inputs u. */
  readonly input?: OverTime<Matrix>;
  /** Σ, symmetric and positive definite, [to][to]. */
  readonly covariance: OverTime<Matrix>;
}

/** A linear-Gaussian state-space model in plain numbers. */
export interface LinearGaussianNumbers {
  /** m and P of p(x_1) = N(m, P). */
  readonly initial: {
    /** m, [X]. */
    readonly mean: readonly number[];
    /** P, [X, X]. */
    readonly covariance: Matrix;
  };
  /** A, b, B and Q of p(x_{t+1}|x_t) = N(A x_t + B u_t + b, Q). */
  readonly transition: LinearMapNumbers;
  /** C, d, D and R of p(o_t|x_t) = N(C x_t + D u_t + d, R). */
  readonly observation: LinearMapNumbers;
}

const CALLER = "linearGaussian.create";

/**
 * Returns the model with the given matrices.
 *
 * @throws if a covariance is not symmetric or not positive definite, a number is not finite, or the sizes do
 *   not match.
 */
export function create({ initial, transition, observation }: LinearGaussianNumbers): LinearGaussian {
  const size = initial.mean.length;
  if (size === 0) throw new Error(`${CALLER}: initial.mean must have at least one number, got none`);
  const observed = matricesOf(observation.matrix).list[0]?.length ?? 0;
  if (observed === 0) throw new Error(`${CALLER}: observation.matrix must have at least one row, got none`);
  checkVector(CALLER, "initial.mean", initial.mean, size);
  const lower = covarianceFactor(CALLER, "initial.covariance", initial.covariance, size);
  // Both are checked before the first tensor is made
  const maps = [
    linearMap("transition", transition, size, size),
    linearMap("observation", observation, observed, size),
  ] as const;
  return {
    initial: { mean: tf.tensor1d([...initial.mean]), scaleTril: tf.tensor2d(lower) },
    transition: maps[0](),
    observation: maps[1](),
  };
}

/** Checks a map from X to `to` dimensions, and returns what makes its tensors. */
function linearMap(
  name: string,
  { matrix, bias, input, covariance }: LinearMapNumbers,
  to: number,
  from: number,
): () => LinearMap {
  const each = <Value>(
    part: string,
    values: Entries<Value>,
    check: (label: string, value: Value) => void,
  ): void => {
    values.list.forEach((value, t) => {
      check(`${name}.${part}${values.isVarying ? `[${t}]` : ""}`, value);
    });
  };
  const [matrices, covariances] = [matricesOf(matrix), matricesOf(covariance)];
  const biases = bias && vectorsOf(bias);
  const inputs = input && matricesOf(input);
  each("matrix", matrices, (label, value) => {
    checkMatrix(CALLER, label, value, [to, from]);
  });
  if (biases)
    each("bias", biases, (label, value) => {
      checkVector(CALLER, label, value, to);
    });
  if (inputs)
    each("input", inputs, (label, value) => {
      checkMatrix(CALLER, label, value, [to, inputs.list[0]?.[0]?.length ?? 0]);
    });
  const lower: number[][][] = [];
  each("covariance", covariances, (label, value) => {
    lower.push(covarianceFactor(CALLER, label, value, to));
  });
  return () => ({
    matrix: stacked(matrices),
    bias: biases ? stacked(biases) : tf.zeros([to]),
    ...(inputs ? { input: stacked(inputs) } : {}),
    scaleTril: stacked({ ...covariances, list: lower }),
  });
}

/** The values at each time, or one for all times. */
interface Entries<Value> {
  readonly list: readonly Value[];
  readonly isVarying: boolean;
}

function vectorsOf(values: OverTime<readonly number[]>): Entries<readonly number[]> {
  return isVectors(values) ? { list: values, isVarying: true } : { list: [values], isVarying: false };
}

function isVectors(values: OverTime<readonly number[]>): values is readonly (readonly number[])[] {
  return Array.isArray(values[0]);
}

function matricesOf(values: OverTime<Matrix>): Entries<Matrix> {
  return isMatrices(values) ? { list: values, isVarying: true } : { list: [values], isVarying: false };
}

function isMatrices(values: OverTime<Matrix>): values is readonly Matrix[] {
  return Array.isArray(values[0]?.[0]);
}

/** A tensor with the time as its first axis if the values vary. */
function stacked({ list, isVarying }: Entries<Matrix | readonly number[]>): tf.Tensor {
  return tf.tidy(() => {
    const all = tf.stack(list.map((value) => tf.tensor(value as number[] | number[][])));
    return isVarying ? all : all.squeeze([0]);
  });
}
