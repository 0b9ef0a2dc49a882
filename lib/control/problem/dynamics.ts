import { checkCount } from "../../core/numeric/check-number";
import { plus, product } from "../../core/numeric/flat-matrix";
import type { PlainMlp } from "../../nn/feedforward/plain-mlp";
import { centralDifferences } from "./differences";

/** A linear model of one step with noise, z′ = A z + B u + c + w. */
export interface LinearModel {
  /** A, row by row, [Z · Z]. */
  readonly A: Float64Array;
  /** B, row by row, [Z · A]. */
  readonly B: Float64Array;
  /** c, [Z]. */
  readonly c: Float64Array;
  /** W, the covariance of w, row by row, [Z · Z]; without it, w = 0. */
  readonly W?: Float64Array;
}

/**
 * A model of what a control does to the state, in plain numbers: what every planner plans with.
 *
 * `t` counts the steps of a plan from 0; models that do not change with time ignore it.
 */
export interface Dynamics {
  /** Z, the length of a state. */
  readonly stateSize: number;
  /** A, the length of a control. */
  readonly controlSize: number;
  /** Returns z′, [Z]. */
  next(z: Float64Array, u: Float64Array, t: number): Float64Array;
  /**
   * Returns A, B and c with z′ ≈ A z + B u + c near (z, u). Without it, planners take central differences of
   * `next`.
   */
  linear?(z: Float64Array, u: Float64Array, t: number): LinearModel;
  /**
   * Returns F, row by row [Z · N], of noise that depends on state and control: the next state is z′ + F ε,
   * ε ~ N(0, I). Without it there is no such noise. Only `ilqr` plans with it.
   */
  noise?(z: Float64Array, u: Float64Array, t: number): Float64Array;
}

/** Returns the linear model at (z, u), by the method `linear` or by central differences. */
export function linearize(dynamics: Dynamics, z: Float64Array, u: Float64Array, t: number): LinearModel {
  if (dynamics.linear !== undefined) return dynamics.linear(z, u, t);
  const A = centralDifferences((x) => dynamics.next(x, u, t), z);
  const B = centralDifferences((x) => dynamics.next(z, x, t), u);
  return tangent(dynamics.next(z, u, t), A, B, z, u);
}

/** The linear model with the Jacobians A and B that gives z′ at (z, u). */
function tangent(
  next: Float64Array,
  A: Float64Array,
  B: Float64Array,
  z: Float64Array,
  u: Float64Array,
): LinearModel {
  const c = plus(plus(next, product(A, z, z.length), -1), product(B, u, u.length), -1); // z′ − A z − B u
  return { A, B, c };
}

/** Returns A z + B u + c. */
export function meanNext({ A, B, c }: LinearModel, z: Float64Array, u: Float64Array): Float64Array {
  return plus(plus(product(A, z, z.length), product(B, u, u.length)), c);
}

/**
 * Returns the dynamics of a linear model, or of one for each step.
 *
 * @param models one model for all steps, or T of them; a plan can then have at most T steps.
 * @throws if the arrays have lengths that do not fit together, or a step has no model.
 */
export function linearDynamics(models: LinearModel | readonly LinearModel[]): Dynamics {
  const list = isList(models) ? models : [models];
  const { stateSize, controlSize } = checkModels("linearDynamics", list);
  const at = (t: number): LinearModel => {
    const model = isList(models) ? models[t] : models;
    if (model !== undefined) return model;
    throw new Error(
      `linearDynamics: step ${t} has no model, got ${list.length} models; ` +
        "plan fewer steps, or give one model for all",
    );
  };
  return {
    stateSize,
    controlSize,
    next: (z, u, t) => meanNext(at(t), z, u),
    linear: (_z, _u, t) => at(t),
  };
}

function isList(models: LinearModel | readonly LinearModel[]): models is readonly LinearModel[] {
  return Array.isArray(models);
}

/** Returns Z and A of linear models. */
export function checkModels(
  caller: string,
  models: readonly LinearModel[],
): { readonly stateSize: number; readonly controlSize: number } {
  const [first] = models;
  if (first === undefined) throw new Error(`${caller}: models must be at least one, got none`);
  const stateSize = first.c.length;
  const controlSize = first.B.length / stateSize;
  if (stateSize === 0 || !Number.isInteger(controlSize) || controlSize === 0)
    throw new Error(
      `${caller}: models[0].B must have a row for each of the ${stateSize} numbers in c, ` +
        `got ${first.B.length} numbers`,
    );
  models.forEach((model, t) => {
    checkLength(caller, `models[${t}].A`, model.A, stateSize * stateSize);
    checkLength(caller, `models[${t}].B`, model.B, stateSize * controlSize);
    checkLength(caller, `models[${t}].c`, model.c, stateSize);
    if (model.W !== undefined) checkLength(caller, `models[${t}].W`, model.W, stateSize * stateSize);
  });
  return { stateSize, controlSize };
}

/** Throws unless an array has `length` finite numbers. */
export function checkLength(caller: string, name: string, values: ArrayLike<number>, length: number): void {
  if (values.length !== length)
    throw new Error(`${caller}: ${name} must have ${length} numbers, got ${values.length}`);
  for (let i = 0; i < length; i++)
    if (!Number.isFinite(values[i]))
      throw new Error(`${caller}: ${name} must be finite, got ${String(values[i])} at ${i}`);
}

/** Options of `mlpDynamics`. */
export interface MlpDynamicsOptions {
  /** Whether the network gives the change z′ − z, not z′; true by default. */
  readonly residual?: boolean;
}

/**
 * Returns the dynamics of a network of [z; u], z′ = z + f([z; u]), with its exact Jacobian.
 *
 * @param network `plainMlp(params)` with Z + A inputs and Z outputs.
 * @throws if the network has no input beside the state.
 */
export function mlpDynamics(network: PlainMlp, { residual = true }: MlpDynamicsOptions = {}): Dynamics {
  const stateSize = network.outputs;
  const controlSize = network.inputs - stateSize;
  checkCount("mlpDynamics", "the number of inputs less that of outputs", controlSize, 1);
  const joined = new Float64Array(network.inputs);
  const join = (z: Float64Array, u: Float64Array): Float64Array => {
    joined.set(z);
    joined.set(u, stateSize);
    return joined;
  };
  return {
    stateSize,
    controlSize,
    next(z, u) {
      const f = network.apply(join(z, u));
      return residual ? plus(f, z) : f;
    },
    linear(z, u) {
      const { value, jacobian } = network.jacobian(join(z, u));
      const A = new Float64Array(stateSize * stateSize);
      const B = new Float64Array(stateSize * controlSize);
      for (let i = 0; i < stateSize; i++) {
        const row = jacobian.subarray(i * network.inputs, (i + 1) * network.inputs);
        A.set(row.subarray(0, stateSize), i * stateSize);
        B.set(row.subarray(stateSize), i * controlSize);
        if (residual) A[i * (stateSize + 1)] = (A[i * (stateSize + 1)] ?? NaN) + 1;
      }
      return tangent(residual ? plus(value, z) : value, A, B, z, u);
    },
  };
}
