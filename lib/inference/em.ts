import type * as tf from "@tensorflow/tfjs";
import { jit, type JitOptions } from "../jit";
import * as random from "../core/random";
import { checkCount } from "../core/numeric/check-number";
import * as tree from "../core/tensor/tree";

/** What an E-step finds out about the latent variables. */
export interface Expectation<S> {
  /** Expectations under p(z|x, θ), as much as the M-step needs of them: a tree of tensors. */
  readonly statistics: S;
  /** log p(x_n|θ) of each data point, [N], where it can be had. */
  readonly logProb?: tf.Tensor;
}

/** Where a run of EM stands. */
export interface EmReport<P> {
  /** M-steps taken. */
  readonly iteration: number;
  /** A copy of the parameters, freed when the report is done; keep what is to stay with `tree.clone`. */
  readonly params: P;
  /** The mean of log p(x_n|θ) over the data, in nats; undefined where the E-step does not give it. */
  readonly logLikelihood: number | undefined;
}

/** What `em` needs to know. */
export interface EmOptions<P, D, S> {
  /** The parameters θ to start from; they are left alone. */
  readonly params: P;
  /** A tree of tensors that both steps look at. */
  readonly data: D;
  /** Expectations under p(z|x, θ). It is compiled; a Monte Carlo E-step draws from the key. */
  readonly eStep: (params: P, data: D, key: random.Key) => Expectation<S>;
  /** arg max over θ of E[log p(x, z|θ)], or any θ that makes it larger. It is not compiled, and may read values. */
  readonly mStep: (statistics: S, params: P, data: D) => P;
  /** Ends the run when the mean log-likelihood rises by no more than this, in nats; 10⁻⁶ by default, −∞ for never. */
  readonly tolerance?: number;
  /** M-steps at most, 200 by default. */
  readonly maxIterations?: number;
  /** For an E-step that draws; one that does not may leave it out. */
  readonly key?: random.Key;
  /** Called before the first M-step and after each. */
  readonly report?: (report: EmReport<P>) => void | Promise<void>;
  /** How the E-step is compiled; by default for the graph executor, as few steps seldom pay for XLA's compilation. */
  readonly jit?: JitOptions;
}

/** A finished run of EM. */
export interface EmFit<P> {
  /** The caller's to dispose. */
  readonly params: P;
  /** The mean log-likelihood before each M-step and, last, that of `params`; empty where the E-step does not give it. */
  readonly logLikelihoods: readonly number[];
  /** M-steps taken. */
  readonly iterations: number;
  /** Whether it ended because the log-likelihood rose no more. */
  readonly converged: boolean;
}

/**
 * Expectation maximization (Dempster, Laird & Rubin 1977; lecture, "Estimating the log-likelihood"): guess z by p(z|x, θ), then fit θ as
 * though the guess were data, and again.
 *
 * The log-likelihood never falls when the E-step is exact and the M-step makes the expected log p(x, z|θ) no smaller. With an
 * E-step that draws (Monte Carlo EM, Wei & Tanner 1990) it wavers; set the tolerance to −∞ then.
 *
 * @throws when a number is out of range, or the log-likelihood becomes NaN or infinite, naming the iteration.
 */
export async function em<P, D, S>(options: EmOptions<P, D, S>): Promise<EmFit<P>> {
  const { data, mStep, tolerance = 1e-6, maxIterations = 200, report, key = random.key(0) } = options;
  checkCount("em", "maxIterations", maxIterations);
  if (Number.isNaN(tolerance)) throw new Error("em: tolerance must be a number, got NaN");
  const eStep = jit(options.eStep, { name: "the E-step of em", compiler: "graph", ...options.jit });
  const logLikelihoods: number[] = [];
  let params = tree.clone(options.params);
  try {
    for (let iteration = 0; ; iteration++) {
      const { statistics, logProb } = eStep(params, data, random.fold(key, iteration));
      try {
        if (logProb !== undefined) logLikelihoods.push(meanOf(logProb, iteration));
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

/** The mean, summed in double precision: the gains at the end of a run are smaller than float32 can add up. */
function meanOf(logProb: tf.Tensor, iteration: number): number {
  const values = logProb.dataSync();
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  const mean = sum / values.length;
  if (!Number.isFinite(mean))
    throw new Error(
      `em: the log-likelihood is ${mean} after ${iteration} iterations; ` +
        "look at the data for NaN, and keep the M-step away from densities without bounds",
    );
  return mean;
}
