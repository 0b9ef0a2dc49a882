import type * as tf from "@tensorflow/tfjs";
import { jit, type JitOptions } from "../jit";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";
import * as tree from "../core/tensor/tree";

/** The result of an E-step. */
export interface Expectation<S> {
  /** The expected sufficient statistics under p(z|x, θ) that the M-step needs, a tree of tensors. */
  readonly statistics: S;
  /** log p(x_n|θ) of each data point in nats, [N], if the E-step computes it. */
  readonly logProb?: tf.Tensor;
}

/** The state of a run of EM, as passed to `report`. */
export interface EmReport<P> {
  /** M-steps taken. */
  readonly iteration: number;
  /** The current parameters, disposed after the report; keep a copy with `tree.clone`. */
  readonly params: P;
  /** The mean of log p(x_n|θ) over the data, in nats; undefined if the E-step does not compute it. */
  readonly logLikelihood: number | undefined;
}

/** The options of {@link em}. */
export interface EmOptions<P, D, S> {
  /** The initial parameters θ, which are not disposed. */
  readonly params: P;
  /** The data, a tree of tensors that is passed to both steps. */
  readonly data: D;
  /** Computes expectations under p(z|x, θ). It is compiled; a Monte Carlo E-step draws with the key. */
  readonly eStep: (params: P, data: D, key: random.Key) => Expectation<S>;
  /**
   * Returns arg max over θ of E[log p(x, z|θ)], or any θ that increases it. It is not compiled, and may read
   * values.
   */
  readonly mStep: (statistics: S, params: P, data: D) => P;
  /** Stops when the mean log-likelihood rises by at most this, in nats; 10⁻⁶ by default, −∞ to never stop. */
  readonly tolerance?: number;
  /** The maximum number of M-steps, 200 by default. */
  readonly maxIterations?: number;
  /** The key of a Monte Carlo E-step; not needed by other E-steps. */
  readonly key?: random.Key;
  /** The function to name in errors, `em` by default. */
  readonly caller?: string;
  /** Called before the first M-step and after each one. */
  readonly report?: (report: EmReport<P>) => void | Promise<void>;
  /**
   * How to compile the E-step; for the graph executor by default, as few steps rarely amortize compilation by
   * XLA.
   */
  readonly jit?: JitOptions;
}

/** The result of {@link em}. */
export interface EmFit<P> {
  /** The final parameters; the caller disposes them. */
  readonly params: P;
  /**
   * The mean log-likelihood in nats before each M-step and of `params`; empty if the E-step does not compute
   * it.
   */
  readonly logLikelihoods: readonly number[];
  /** M-steps taken. */
  readonly iterations: number;
  /** Whether the run stopped because the log-likelihood rose by at most the tolerance. */
  readonly converged: boolean;
}

/**
 * Runs expectation maximization (Dempster, Laird & Rubin 1977; lecture, "Estimating the log-likelihood"):
 * alternately computes expectations under p(z|x, θ), and fits θ to them.
 *
 * The log-likelihood never decreases if the E-step is exact and the M-step does not decrease the expected log
 * p(x, z|θ). With a Monte Carlo E-step (Wei & Tanner 1990) it fluctuates; set `tolerance` to −∞ in that case.
 *
 * @throws if an option is out of range, or if the log-likelihood becomes NaN or infinite, naming the
 *   iteration.
 */
export async function em<P, D, S>(options: EmOptions<P, D, S>): Promise<EmFit<P>> {
  const { data, mStep, tolerance = 1e-6, maxIterations = 200, report, key = random.key(0) } = options;
  const { caller = "em" } = options;
  checkCount(caller, "maxIterations", maxIterations);
  if (Number.isNaN(tolerance)) throw new Error(`${caller}: tolerance must be a number, got NaN`);
  const eStep = jit(options.eStep, { name: `the E-step of ${caller}`, compiler: "graph", ...options.jit });
  const logLikelihoods: number[] = [];
  let params = tree.clone(options.params);
  try {
    for (let iteration = 0; ; iteration++) {
      const { statistics, logProb } = eStep(params, data, random.fold(key, iteration));
      try {
        if (logProb !== undefined) logLikelihoods.push(meanOf(caller, logProb, iteration));
        await report?.({ iteration, params, logLikelihood: logLikelihoods[iteration] });
        const gain = (logLikelihoods[iteration] ?? Infinity) - (logLikelihoods[iteration - 1] ?? -Infinity);
        const converged = gain <= tolerance;
        if (converged || iteration === maxIterations)
          return { params, logLikelihoods, iterations: iteration, converged };
        const next = tree.tidy(() => tree.clone(mStep(statistics, params, data)));
        tree.dispose(params);
        params = next;
      } finally {
        tree.dispose({ statistics, logProb });
      }
      await new Promise(setImmediate);
    }
  } catch (error) {
    tree.dispose(params);
    throw error;
  } finally {
    eStep.dispose();
  }
}

/**
 * The mean, summed in double precision: the last gains of a run are below the rounding of a sum in float32.
 */
function meanOf(caller: string, logProb: tf.Tensor, iteration: number): number {
  const values = logProb.dataSync();
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  const mean = sum / values.length;
  if (!Number.isFinite(mean))
    throw new Error(
      `${caller}: the log-likelihood must be finite, got ${mean} after ${iteration} iterations; ` +
        "check the data for NaN, and keep the M-step from densities that grow without bound",
    );
  return mean;
}
