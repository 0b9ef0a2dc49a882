import { tf, tree } from "latent";

/** The step at which the error of the five-point formula and the rounding of float32 are about equal. */
const STEP = 2 ** -4;

/**
 * Returns the gradient of Σ w f(params) with respect to every number of a parameter tree, with w = 1 by
 * default.
 *
 * Five-point central differences, (f(−2h) − 8 f(−h) + 8 f(h) − f(2h)) / 12h. The truncation error is h⁴
 * |f⁽⁵⁾| / 30, which is 5·10⁻⁷ |f⁽⁵⁾|. The values are float32: three units in the last place, each 6·10⁻⁸,
 * relative, weighted by (1 + 8 + 8 + 1) / 12h, add 4.3·10⁻⁶ Σ |w f|. `error` bounds both for |f⁽⁵⁾| ≤ 24
 * max(1, |f|), as for log x near 1.
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
