import { tf, tree } from "latent";

/** Step of the five-point formula: with it the formula's error and the rounding of float32 are about equal. */
const STEP = 2 ** -4;

/**
 * The gradient of Σ w f(params) by every number of a parameter tree, w = 1 or the weights given.
 *
 * Central differences over five points, (f(−2h) − 8 f(−h) + 8 f(h) − f(2h)) / 12h. The formula's error is h⁴ |f⁽⁵⁾| / 30, that
 * is 5·10⁻⁷ |f⁽⁵⁾|. The values are float32: taken as wrong by three units in the last place, each 6·10⁻⁸ of it, and
 * weighted (1 + 8 + 8 + 1) / 12h, they add 4.3·10⁻⁶ Σ |w f|. `error` bounds both for |f⁽⁵⁾| up to 24 max(1, |f|), as log x has near 1.
 */
export function numericalGradient<P>(
  f: (params: P) => tf.Tensor,
  params: P,
  weights?: tf.Tensor,
): { gradient: P; error: number } {
  const terms = (leaves: tf.Tensor[]): number[] =>
    tf.tidy(() => {
      const values = f(tree.unflatten(params, leaves));
      return Array.from((weights ? values.mul(weights) : values).dataSync());
    });
  const total = (leaves: tf.Tensor[]): number => terms(leaves).reduce((sum, term) => sum + term, 0);
  const leaves = tree.leaves(params);
  const scale = terms(leaves).reduce((sum, term) => sum + Math.max(1, Math.abs(term)), 0);
  const slope = (which: number, place: number): number => {
    const at = (step: number): number =>
      tf.tidy(() => {
        const values = Float32Array.from(leaves[which]?.dataSync() ?? []);
        values[place] = (values[place] ?? NaN) + step;
        return total(leaves.map((leaf, i) => (i === which ? tf.tensor(values, leaf.shape) : leaf)));
      });
    return (at(-2 * STEP) - 8 * at(-STEP) + 8 * at(STEP) - at(2 * STEP)) / (12 * STEP);
  };
  const gradients = leaves.map((leaf, which) =>
    tf.tensor(
      Float32Array.from({ length: leaf.size }, (_, place) => slope(which, place)),
      leaf.shape,
    ),
  );
  return { gradient: tree.unflatten(params, gradients), error: (4.3e-6 + 24 * 5e-7) * scale };
}
