import type { Activation } from "./activations";
import type { Mlp } from "./mlp";

/** A value of a function and its derivatives there. */
export interface ValueAndJacobian {
  /** f(x), [Out]. */
  readonly value: Float64Array;
  /** ∂f_i/∂x_j, row by row, [Out · In]. */
  readonly jacobian: Float64Array;
}

/** A network in plain numbers, for planners that call it many times on single inputs. */
export interface PlainMlp {
  /** The number of inputs. */
  readonly inputs: number;
  /** The number of outputs. */
  readonly outputs: number;
  /** Returns f(x). */
  apply(x: ArrayLike<number>): Float64Array;
  /** Returns f(x) and its Jacobian ∂f_i/∂x_j, row by row: [Out · In]. */
  jacobian(x: ArrayLike<number>): ValueAndJacobian;
}

/** The nonlinearities and their derivatives, in double precision; y is f(x). */
const FUNCTIONS: Readonly<
  Record<Activation | "linear", [f: (x: number) => number, slope: (x: number, y: number) => number]>
> = {
  relu: [(x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0)],
  tanh: [Math.tanh, (_, y) => 1 - y * y],
  elu: [(x) => (x > 0 ? x : Math.expm1(x)), (x, y) => (x > 0 ? 1 : y + 1)],
  sigmoid: [sigmoid, (_, y) => y * (1 - y)],
  silu: [(x) => x * sigmoid(x), (x, y) => sigmoid(x) * (1 + x - y)],
  gelu: [(x) => x * normalCdf(x), (x) => normalCdf(x) + x * Math.exp((-x * x) / 2) * INVERSE_ROOT_TWO_PI],
  softplus: [(x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), sigmoid],
  linear: [(x) => x, () => 1],
};

const INVERSE_ROOT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** Φ(x): by the series of erf (DLMF 7.6.2), beyond 3 by the fraction of its tail (DLMF 7.9.3). */
function normalCdf(x: number): number {
  const z = Math.abs(x);
  const density = Math.exp((-z * z) / 2) * INVERSE_ROOT_TWO_PI;
  let upper: number;
  if (z < 3) {
    let [term, sum] = [z, z];
    for (let k = 1; k < 60; k++) sum += term *= (z * z) / (2 * k + 1); // z + z³/3 + z⁵/15 + …
    upper = 0.5 - density * sum;
  } else {
    let fraction = z;
    for (let k = 60; k >= 1; k--) fraction = z + k / fraction;
    upper = density / fraction;
  }
  return x > 0 ? 1 - upper : upper;
}

/**
 * Returns a network in plain numbers, with the weights as they are now: its values and Jacobians in double
 * precision, without a tensor per operation.
 *
 * @param params a network, whose tensors are read once.
 * @returns the network; `apply` and `jacobian` throw if x has another length.
 */
export function plainMlp({ layers, activation, output = activation }: Mlp): PlainMlp {
  const plain = layers.map(({ weights, bias }, i) => ({
    weights: Float64Array.from(weights.dataSync()),
    bias: Float64Array.from(bias.dataSync()),
    inputs: weights.shape[0],
    outputs: weights.shape[1],
    functions: FUNCTIONS[i === layers.length - 1 ? output : activation],
  }));
  const inputs = plain[0]?.inputs ?? 0;
  const outputs = plain.at(-1)?.outputs ?? 0;
  const check = (caller: string, x: ArrayLike<number>): void => {
    if (x.length !== inputs)
      throw new Error(`plainMlp.${caller}: x must have ${inputs} numbers, got ${x.length}`);
  };
  return {
    inputs,
    outputs,
    apply(x) {
      check("apply", x);
      let h: Float64Array = Float64Array.from(x);
      for (const layer of plain) h = affine(layer, h).map(layer.functions[0]);
      return h;
    },
    jacobian(x) {
      check("jacobian", x);
      let value: Float64Array = Float64Array.from(x);
      let jacobian: Float64Array = Float64Array.from({ length: inputs * inputs }, (_, i) =>
        i % (inputs + 1) === 0 ? 1 : 0,
      );
      for (const layer of plain) {
        const before = affine(layer, value);
        value = before.map(layer.functions[0]);
        jacobian = chain(layer, before, value, jacobian, inputs);
      }
      return { value, jacobian };
    },
  };
}

/** An affine layer with its nonlinearity. */
interface PlainLayer {
  /** W, row by row, [inputs · outputs]. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  readonly functions: (typeof FUNCTIONS)["linear"];
}

/** x W + b. */
function affine({ weights, bias, inputs, outputs }: PlainLayer, x: Float64Array): Float64Array {
  const y = Float64Array.from(bias);
  for (let i = 0; i < inputs; i++) {
    const xi = x[i] ?? NaN;
    for (let j = 0; j < outputs; j++) y[j] = (y[j] ?? NaN) + xi * (weights[i * outputs + j] ?? NaN);
  }
  return y;
}

/** The Jacobian after a layer, diag(f′) Wᵀ J, [outputs · columns]. */
function chain(
  { weights, inputs, outputs, functions: [, slope] }: PlainLayer,
  before: Float64Array,
  after: Float64Array,
  jacobian: Float64Array,
  columns: number,
): Float64Array {
  const next = new Float64Array(outputs * columns);
  for (let j = 0; j < outputs; j++) {
    const factor = slope(before[j] ?? NaN, after[j] ?? NaN);
    if (factor === 0) continue;
    for (let i = 0; i < inputs; i++) {
      const w = factor * (weights[i * outputs + j] ?? NaN);
      for (let k = 0; k < columns; k++)
        next[j * columns + k] = (next[j * columns + k] ?? NaN) + w * (jacobian[i * columns + k] ?? NaN);
    }
  }
  return next;
}
