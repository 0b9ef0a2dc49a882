/**
 * Exploration: what to add to rewards so that an agent goes where it has not been, in plain numbers.
 *
 * In: counts, density models, beliefs. Out: bonuses in units of reward, and information in nats. Read in this
 * order: 1. `counts.ts`, bonuses of counts; 2. `pseudo-counts.ts`, counts from a density model, and
 * `densities.ts`, those of tables; 3. `information-gain.ts`, what an observation says about a hidden
 * quantity, and `linear-belief.ts`, the exact case of linear regression.
 */
export { countBonus, upperConfidenceBonus, type CountBonusOptions } from "./counts";
export {
  productDensity,
  tableDensity,
  type Density,
  type TableDensityOptions,
  type TableModel,
} from "./densities";
export { bernoulliGain, informationGain, normalGain, type NormalBelief } from "./information-gain";
export {
  expectedGain,
  linearBelief,
  predict,
  update,
  type LinearBelief,
  type LinearBeliefOptions,
  type LinearPrediction,
} from "./linear-belief";
export { observe, pseudoCount, type DensityModel, type Observation, type PseudoCount } from "./pseudo-counts";
