/** An episode of the collected experience. */
export interface EpisodeRecord {
  /** The number of steps of the environment, of all copies, at its end. */
  readonly step: number;
  /** The sum of its rewards, without a discount. */
  readonly return: number;
  /** Its number of steps. */
  readonly length: number;
}

/** The returns of an evaluation. */
export interface EvaluationRecord {
  /** The number of steps of the environment before it. */
  readonly step: number;
  /** The return of each episode. */
  readonly returns: readonly number[];
}

/** What a run has shown so far. */
export interface LearningCurve {
  /** All episodes that have ended while experience was collected, with exploration. */
  readonly episodes: readonly EpisodeRecord[];
  /** All evaluations. */
  readonly evaluations: readonly EvaluationRecord[];
}

/** The sums of the episodes that are under way. */
export interface Tally {
  /** The return so far of each copy. */
  readonly returns: Float64Array;
  /** The number of steps so far of each copy. */
  readonly lengths: Float64Array;
}

/** Adds a step of all copies to their episodes; returns those that have ended. */
export function tallyStep(
  { returns, lengths }: Tally,
  rewards: ArrayLike<number>,
  ended: (copy: number) => boolean,
  step: number,
): EpisodeRecord[] {
  return Array.from(returns.keys()).flatMap((b) => {
    returns[b] = (returns[b] ?? 0) + (rewards[b] ?? NaN);
    lengths[b] = (lengths[b] ?? 0) + 1;
    if (!ended(b)) return [];
    const record = { step, return: returns[b], length: lengths[b] };
    [returns[b], lengths[b]] = [0, 0];
    return [record];
  });
}
