import {
  choleskyFactor,
  choleskySolve,
  plus,
  plusIdentity,
  product,
  scaled,
  symmetrized,
  transposed,
  transposedProduct,
} from "../../core/numeric/flat-matrix";
import { checkAbove } from "../../core/numeric/check-number";
import type { Belief } from "../lqr/kalman";
import { checkLength, checkModels, type LinearModel } from "../problem/dynamics";
import type { Trajectory } from "../problem/problem";

/** Local models of a system near the trajectories that it took. */
export interface LocalModels {
  /** N(m, P), fitted to the first states. */
  readonly initial: Belief;
  /** z_{t+1} = A_t z_t + B_t u_t + c_t + w_t, w_t ~ N(0, W_t), T of them. */
  readonly models: readonly Required<LinearModel>[];
}

/** Options of `lqrFlm.fit`. */
export interface FitOptions {
  /**
   * The model that the local ones are drawn towards: by default one model fitted to all steps of all
   * trajectories. Its A and B count; its W too, if it has one. c is always fitted.
   */
  readonly prior?: LinearModel;
  /** How many trajectories the prior counts for; 5 by default. */
  readonly strength?: number;
  /** The variance that is added to each number of a state in W and P; 10⁻⁶ by default. */
  readonly variance?: number;
}

const CALLER = "lqrFlm.fit";

/** One step of N trajectories as a regression: outputs [N, Z] on inputs [N, Z + A], row by row. */
interface Regression {
  readonly rows: number;
  readonly inputs: Float64Array;
  readonly outputs: Float64Array;
}

/**
 * Fits a linear-Gaussian model to each step of trajectories, by ridge regression towards a global model
 * (Levine & Abbeel 2014, section 3; Zhang et al. 2019, "SOLAR").
 *
 * With x = [z; u] and F = [A B], centred at their means over the N trajectories, F_t minimizes
 *
 *     Σ_i |z′_i − F x_i|² + n Σ_j s_j² |F_j − F⁰_j|²
 *
 * where F⁰ is the prior, n its strength and s_j² the variance of input j over all steps: the prior counts
 * like n more trajectories that agree with it. W_t is what both leave unexplained, divided by N + n (by N if
 * the prior has no W): the mode of a matrix-normal inverse-Wishart posterior up to its degrees of freedom.
 *
 * @param trajectories N rollouts of the same number of steps, T.
 * @throws if there are fewer than two trajectories, or their lengths differ, or an option is not valid.
 */
export function fit(trajectories: readonly Trajectory[], options: FitOptions = {}): LocalModels {
  const { strength = 5, variance = 1e-6 } = options;
  checkAbove(CALLER, "strength", strength);
  checkAbove(CALLER, "variance", variance);
  const { Z, A, T } = checkTrajectories(trajectories);
  const steps = Array.from({ length: T }, (_, t) => stepOf(trajectories, [t]));
  const whole = stepOf(trajectories, [...steps.keys()]);
  const scales = variances(whole.inputs, whole.rows); //  s², [Z + A]
  const prior = options.prior ?? globalModel(whole, scales, Z);
  if (options.prior !== undefined) {
    const sizes = checkModels(CALLER, [prior]);
    if (sizes.stateSize !== Z || sizes.controlSize !== A)
      throw new Error(
        `${CALLER}: prior must have states of ${Z} and controls of ${A} numbers, ` +
          `got ${sizes.stateSize} and ${sizes.controlSize}`,
      );
  }
  return {
    initial: initialOf(trajectories, Z, variance),
    models: steps.map((step) => posterior(step, prior, scales, Z, strength, variance)),
  };
}

/** Returns Z, A and T; throws unless all trajectories have them. */
function checkTrajectories(trajectories: readonly Trajectory[]): { Z: number; A: number; T: number } {
  const [first] = trajectories;
  if (first === undefined || trajectories.length < 2)
    throw new Error(`${CALLER}: trajectories must be at least 2, got ${trajectories.length}`);
  const T = first.controls.length;
  const [Z, A] = [first.states[0]?.length ?? 0, first.controls[0]?.length ?? 0];
  if (T === 0 || Z === 0 || A === 0)
    throw new Error(`${CALLER}: trajectories must have at least one step, got none`);
  trajectories.forEach(({ states, controls }, i) => {
    if (controls.length !== T || states.length !== T + 1)
      throw new Error(
        `${CALLER}: trajectories[${i}] must have ${T} controls and ${T + 1} states, ` +
          `got ${controls.length} and ${states.length}`,
      );
    states.forEach((z, t) => checkLength(CALLER, `trajectories[${i}].states[${t}]`, z, Z));
    controls.forEach((u, t) => checkLength(CALLER, `trajectories[${i}].controls[${t}]`, u, A));
  });
  return { Z, A, T };
}

/** The transitions of the given steps of all trajectories. */
function stepOf(trajectories: readonly Trajectory[], times: readonly number[]): Regression {
  const pairs = trajectories.flatMap(({ states, controls }) =>
    times.map((t) => ({
      input: [...(states[t] ?? []), ...(controls[t] ?? [])],
      output: states[t + 1] ?? [],
    })),
  );
  return {
    rows: pairs.length,
    inputs: Float64Array.from(pairs.flatMap(({ input }) => input)),
    outputs: Float64Array.from(pairs.flatMap(({ output }) => [...output])),
  };
}

/** The differences of rows to their mean. */
function centred(values: Float64Array, rows: number): { mean: Float64Array; differences: Float64Array } {
  const ones = new Float64Array(rows).fill(1 / rows);
  const mean = transposedProduct(ones, values, rows);
  return { mean, differences: values.map((x, k) => x - (mean[k % mean.length] ?? NaN)) };
}

/** A share of its mean below which an input's variation is rounding. */
const CONSTANT = 1e-12;

/**
 * The variance of each column; 1 for one that is constant up to rounding, whose weights then stay those of
 * the prior.
 */
function variances(values: Float64Array, rows: number): Float64Array {
  const { mean, differences } = centred(values, rows);
  return mean.map((m, j) => {
    const s = differences.reduce((sum, d, k) => (k % mean.length === j ? sum + (d * d) / rows : sum), 0);
    return s > (CONSTANT * m) ** 2 ? s : 1;
  });
}

/** One model for all steps: least squares, with a ridge that matters only where inputs do not vary. */
function globalModel(whole: Regression, scales: Float64Array, Z: number): Required<LinearModel> {
  const size = scales.length;
  const nothing = { A: new Float64Array(Z * Z), B: new Float64Array(Z * (size - Z)), c: new Float64Array(Z) };
  return posterior(whole, nothing, scales, Z, 1e-9 * whole.rows, 0);
}

/** The model of a regression with a prior that counts for `strength` rows. */
function posterior(
  { rows, inputs, outputs }: Regression,
  prior: LinearModel,
  scales: Float64Array,
  Z: number,
  strength: number,
  variance: number,
): Required<LinearModel> {
  const size = scales.length;
  const [x, y] = [centred(inputs, rows), centred(outputs, rows)];
  const F0 = joined(prior, Z); //                                               [Z + A, Z], transposed
  const ridge = scaled(scales, strength); //                                    n s_j²
  const weighted = F0.map((f, k) => f * (ridge[Math.floor(k / Z)] ?? NaN));
  const gram = transposedProduct(x.differences, x.differences, rows).map((g, k) =>
    k % (size + 1) === 0 ? g + (ridge[k % size] ?? NaN) : g,
  );
  const lower = choleskyFactor(gram, size);
  if (lower === undefined) throw new Error(`${CALLER}: trajectories must be finite numbers`);
  const moments = plus(transposedProduct(x.differences, y.differences, rows), weighted);
  const F = choleskySolve(lower, moments, size); //                             (XᵀX + Λ)⁻¹ (XᵀY + Λ F⁰)
  const residuals = plus(y.differences, product(x.differences, F, size), -1);
  const moved = plus(F, F0, -1);
  const scatter = plus(
    transposedProduct(residuals, residuals, rows),
    transposedProduct(
      moved,
      moved.map((d, k) => d * (ridge[Math.floor(k / Z)] ?? NaN)),
      size,
    ),
  );
  const all = prior.W === undefined ? scatter : plus(scatter, prior.W, strength);
  const A = transposed(F.slice(0, Z * Z), Z);
  const B = transposed(F.slice(Z * Z), size - Z);
  const explained = transposedProduct(F, x.mean, size); //                      F x̄
  return {
    A,
    B,
    c: plus(y.mean, explained, -1),
    W: plusIdentity(
      symmetrized(scaled(all, 1 / (rows + (prior.W === undefined ? 0 : strength))), Z),
      Z,
      variance,
    ),
  };
}

/** [A B]ᵀ, [Z + A, Z]. */
function joined({ A, B }: LinearModel, Z: number): Float64Array {
  const F = new Float64Array(A.length + B.length);
  F.set(transposed(A, Z));
  F.set(transposed(B, Z), A.length);
  return F;
}

/** The normal distribution of the first states, with independent numbers if there are few trajectories. */
function initialOf(trajectories: readonly Trajectory[], Z: number, variance: number): Belief {
  const rows = trajectories.length;
  const first = Float64Array.from(trajectories.flatMap(({ states }) => [...(states[0] ?? [])]));
  const { mean, differences } = centred(first, rows);
  const covariance = scaled(transposedProduct(differences, differences, rows), 1 / rows);
  return { mean, covariance: plusIdentity(symmetrized(covariance, Z), Z, variance) };
}
