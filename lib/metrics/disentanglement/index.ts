/**
 * Scores of how well each coordinate of a code matches one known factor of variation, as compared by
 * Locatello et al. (2019, "Challenging common assumptions in the unsupervised learning of disentangled
 * representations").
 *
 * In: codes [n, D] and factors [n, F], one row per image; a `Key` for `higgins`. Out: plain numbers.
 *
 * Read in this order:
 * 1. `codes-and-factors.ts`: checks the two tensors, and splits them into columns;
 * 2. `mig.ts`, on `discretize.ts` (bins and levels) and `information.ts` (entropies);
 * 3. `dci.ts`, on `lasso.ts`;
 * 4. `higgins.ts`, on `pairs.ts` (pairs that share a factor) and `logistic.ts` (the classifier).
 */
export { dci, type Dci, type DciOptions } from "./dci";
export { higgins, type HigginsOptions } from "./higgins";
export { mig, type Mig } from "./mig";
