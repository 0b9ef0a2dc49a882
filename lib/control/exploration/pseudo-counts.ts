/**
 * A density model that learns from one observation at a time, as pure functions.
 *
 * @typeParam M the model.
 * @typeParam X what is observed: a state, a picture, a pair of state and action.
 */
export interface DensityModel<M, X> {
  /** log ρ(x) in nats. */
  readonly logProb: (model: M, x: X) => number;
  /** The model after one more observation of x; the given one is not changed. */
  readonly update: (model: M, x: X) => M;
}

/** What two probabilities of a model say about how often something was seen. */
export interface PseudoCount {
  /** N̂, at least 0; ∞ if the observation did not become more probable. */
  readonly count: number;
  /** n̂, the pseudo-count of all observations together; ∞ likewise. */
  readonly total: number;
  /** log ρ′ − log ρ in nats; ∞ for what was impossible before. */
  readonly predictionGain: number;
}

/**
 * Returns the pseudo-count of an observation from its probability ρ before the model learns from it and ρ′
 * after it: the solution of
 *
 *     ρ = N̂ / n̂,   ρ′ = (N̂ + 1) / (n̂ + 1)
 *
 * which is N̂ = ρ (1 − ρ′) / (ρ′ − ρ) and n̂ = N̂ / ρ (Bellemare et al. 2016, "Unifying count-based
 * exploration and intrinsic motivation"). It is computed from the logarithms, and keeps its digits for
 * probabilities that float64 cannot hold.
 *
 * @param logProb log ρ in nats, at most 0.
 * @param logProbAfter log ρ′ in nats, at most 0.
 * @throws if one of them is positive or NaN: densities of continuous quantities are not probabilities.
 */
export function pseudoCount(logProb: number, logProbAfter: number): PseudoCount {
  for (const [name, value] of Object.entries({ logProb, logProbAfter }))
    if (!(value <= 0))
      throw new Error(
        `exploration.pseudoCount: ${name} must be the logarithm of a probability, at most 0, got ${value}; ` +
          "use a model of quantized observations",
      );
  if (logProbAfter === -Infinity) return { count: Infinity, total: Infinity, predictionGain: 0 };
  const predictionGain = logProbAfter - logProb;
  if (predictionGain <= 0) return { count: Infinity, total: Infinity, predictionGain };
  const rest = -Math.expm1(logProbAfter); //                                1 − ρ′
  if (logProb === -Infinity) return { count: 0, total: rest / Math.exp(logProbAfter), predictionGain };
  const count = rest / Math.expm1(predictionGain); //                       (1 − ρ′) / (ρ′ / ρ − 1)
  return { count, total: count / Math.exp(logProb), predictionGain };
}

/** A pseudo-count, and the model that has learned from the observation. */
export interface Observation<M> extends PseudoCount {
  /** The model after the observation. */
  readonly model: M;
}

/**
 * Lets a model learn from an observation, and returns the pseudo-count that x had before: one update and two
 * probabilities.
 *
 * @throws if the model gives a probability above 1.
 */
export function observe<M, X>(density: DensityModel<M, X>, model: M, x: X): Observation<M> {
  const before = density.logProb(model, x); //                              log ρ(x)
  const after = density.update(model, x);
  return { ...pseudoCount(before, density.logProb(after, x)), model: after };
}
