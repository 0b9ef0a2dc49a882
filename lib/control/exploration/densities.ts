import { checkCount } from "../../core/numeric/check-number";
import type { DensityModel } from "./pseudo-counts";

/** Options of `tableDensity`. */
export interface TableDensityOptions {
  /**
   * The observations that each entry has before the first one: 0, the default, is the empirical distribution,
   * ½ the estimator of Krichevsky and Trofimov.
   */
  readonly prior?: number;
}

/** A table of how often each of K outcomes was observed. */
export interface TableModel {
  /** N(k), [K]. */
  readonly counts: Float64Array;
  /** n, the number of observations. */
  readonly total: number;
}

/** A density model with the model to start from. */
export interface Density<M, X> extends DensityModel<M, X> {
  /** The model before the first observation. */
  readonly initial: M;
}

/**
 * Returns the density model of a table, ρ(k) = (N(k) + prior) / (n + K prior). Its pseudo-count is N(k) +
 * prior, exactly: that of the empirical distribution is the count. The one exception is the prior 0 while all
 * observations are of one outcome, where ρ = ρ′ = 1, and N̂ is ∞.
 *
 * @param size K, the number of outcomes.
 * @param index the outcome, 0 … K − 1, of an observation.
 * @throws if the size is not a positive integer, or the prior is negative; and from its functions, if the
 *   index is not an outcome.
 */
export function tableDensity<X>(
  size: number,
  index: (x: X) => number,
  { prior = 0 }: TableDensityOptions = {},
): Density<TableModel, X> {
  const caller = "exploration.tableDensity";
  checkCount(caller, "size", size, 1);
  if (!(Number.isFinite(prior) && prior >= 0))
    throw new Error(`${caller}: prior must be a finite number >= 0, got ${prior}`);
  const at = (x: X): number => {
    const k = index(x);
    if (Number.isInteger(k) && k >= 0 && k < size) return k;
    throw new Error(`${caller}: index must return an integer from 0 to ${size - 1}, got ${k}`);
  };
  return {
    initial: { counts: new Float64Array(size), total: 0 },
    logProb: ({ counts, total }, x) => {
      const mass = (counts[at(x)] ?? NaN) + prior;
      return mass === 0 ? -Infinity : Math.log(mass / (total + size * prior));
    },
    update: ({ counts, total }, x) => {
      const k = at(x);
      const next = Float64Array.from(counts);
      next[k] = (next[k] ?? NaN) + 1;
      return { counts: next, total: total + 1 };
    },
  };
}

/**
 * Returns the density model that multiplies others, ρ(x) = Π_i ρ_i(x), as if what each of them reads from x
 * were independent.
 *
 * @param factors one or more densities; each one reads its own part of x.
 * @throws if there are none.
 */
export function productDensity<M, X>(factors: readonly Density<M, X>[]): Density<readonly M[], X> {
  if (factors.length === 0)
    throw new Error("exploration.productDensity: factors must hold at least one density, got none");
  const each = <R>(models: readonly M[], f: (factor: Density<M, X>, model: M) => R): R[] =>
    factors.map((factor, i) => f(factor, models[i] as M));
  return {
    initial: factors.map(({ initial }) => initial),
    logProb: (models, x) =>
      each(models, (factor, model) => factor.logProb(model, x)).reduce((sum, p) => sum + p, 0),
    update: (models, x) => each(models, (factor, model) => factor.update(model, x)),
  };
}
