import { choleskyFactor, flatten, plus, product, unflatten } from "../../core/numeric/flat-matrix";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import { compose, eigenSymmetric } from "../../core/numeric/symmetric-matrix";
import type { RandomStream } from "../../core/random/stream";
import { controlAt, type LinearControl } from "../problem/quadratic";

/** The control of one step as a distribution, u ~ N(K z + k, S). */
export interface GaussianControl extends LinearControl {
  /** S, symmetric and positive definite, row by row, [A · A]. */
  readonly S: Float64Array;
}

/** A time-varying linear-Gaussian policy, one distribution for each step. */
export type GaussianPolicy = readonly GaussianControl[];

/** Options of `lqrFlm.initialPolicy`. */
export interface InitialPolicyOptions {
  /** Z, the length of a state. */
  readonly stateSize: number;
  /** A, the length of a control. */
  readonly controlSize: number;
  /** T, the number of steps. */
  readonly horizon: number;
  /** The standard deviation of every control. */
  readonly sigma: number;
}

/**
 * Returns the policy that ignores the state, u ~ N(0, σ² I), to start with.
 *
 * @throws if a size is not a positive integer, or sigma is not a positive finite number.
 */
export function initialPolicy({
  stateSize,
  controlSize,
  horizon,
  sigma,
}: InitialPolicyOptions): GaussianPolicy {
  checkCount("lqrFlm.initialPolicy", "stateSize", stateSize, 1);
  checkCount("lqrFlm.initialPolicy", "controlSize", controlSize, 1);
  checkCount("lqrFlm.initialPolicy", "horizon", horizon, 1);
  checkAbove("lqrFlm.initialPolicy", "sigma", sigma);
  const S = new Float64Array(controlSize * controlSize);
  for (let i = 0; i < controlSize; i++) S[i * (controlSize + 1)] = sigma * sigma;
  const step = { K: new Float64Array(controlSize * stateSize), k: new Float64Array(controlSize), S };
  return Array.from({ length: horizon }, () => step);
}

/**
 * Returns a draw u ~ N(K z + k, S), [A].
 *
 * @param numbers from `random.stream(key)`; the next A normal numbers are used.
 * @throws if S is not positive definite.
 */
export function sampleControl(
  control: GaussianControl,
  z: Float64Array,
  numbers: RandomStream,
): Float64Array {
  const noise = control.k.map(() => numbers.normal());
  return plus(controlAt(control, z), product(factorOf("lqrFlm.sampleControl", control), noise, noise.length));
}

/** The Cholesky factor of S. */
export function factorOf(caller: string, { k, S }: GaussianControl): Float64Array {
  const lower = choleskyFactor(S, k.length);
  if (lower !== undefined) return lower;
  throw new Error(`${caller}: S of a policy must be positive definite; widen it with lqrFlm.widen`);
}

/**
 * Returns the policy with at least the variance σ² in every direction of the controls, so that its rollouts
 * still show what controls do: eigenvalues of S below σ² are raised to it.
 *
 * @throws if sigma is not a positive finite number.
 */
export function widen(policy: GaussianPolicy, sigma: number): GaussianPolicy {
  checkAbove("lqrFlm.widen", "sigma", sigma);
  return policy.map((control) => {
    const { values, vectors } = eigenSymmetric(unflatten(control.S, control.k.length));
    if (values.every((value) => value >= sigma * sigma)) return control;
    const raised = values.map((value) => Math.max(value, sigma * sigma));
    return { ...control, S: flatten(compose({ values: raised, vectors })) };
  });
}
