import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { codeLevels, columnsOf, factorLevels } from "./columns";
import { entropy, informationByChance, mutualInformation } from "./information";

/** The mutual information gap and what it is made of. */
export interface Mig {
  /** The mean of the gaps, from 0 to 1. */
  readonly mig: number;
  /** One a factor: (I(z_first; v) − I(z_second; v)) / H(v), [F]. */
  readonly gaps: readonly number[];
  /** I(z_d; v_f) in nats, [D][F], as the counts of n rows have it: what chance alone gives is still in it. */
  readonly information: readonly (readonly number[])[];
  /**
   * The mean of `information` over all orders of the factors' rows, in nats, [D][F]: what a code with these bins seems to know if it
   * knows nothing. Near (bins − 1)(levels − 1) / 2n where rows are many, bins and levels counted without empty ones.
   */
  readonly byChance: readonly (readonly number[])[];
}

/**
 * The mutual information gap: how much more the most informative code tells of a factor than the second one does, as a share of the
 * factor's entropy. 1 if each factor is in a code of its own.
 *
 * Chen et al. 2018, "Isolating Sources of Disentanglement in VAEs", equation 6. The informations are those of a histogram of the codes
 * with bins of equal width, as in Locatello et al. 2019. A factor is taken by its levels, however many, if its values have two rows or
 * more on average; one whose values hardly repeat is continuous, which neither paper has, and is binned as the codes are.
 *
 * Chen's information is that of z ~ q(z|x), so give draws: `encode(encoder, x).sample(key)`. What a coordinate knows of anything is then
 * at most its mean KL(q(z_d|x) ‖ p(z_d)). The means, which Locatello et al. take, have no noise, and a histogram has no scale: means of
 * a coordinate that has fallen silent, and that differ by a hundredth of σ, would seem to know as much as those of any other.
 *
 * @param codes draws of z, [n, D]; D ≥ 2.
 * @param factors [n, F]; F ≥ 2.
 * @param bins of equal width for a code with more different values than that, and for a continuous factor; 20 by default.
 * @throws when shapes or bins do not fit, a number is not finite, or a factor is constant.
 */
export function mig(codes: tf.Tensor, factors: tf.Tensor, { bins = 20 } = {}): Mig {
  checkCount("disentanglement.mig", "bins", bins, 2);
  const columns = columnsOf("disentanglement.mig", codes, factors);
  const z = columns.codes.map((column) => codeLevels(column, bins));
  const v = columns.factors.map((column) => factorLevels(column, bins));
  const information = z.map((code) => v.map((factor) => mutualInformation(code, factor)));
  const byChance = z.map((code) => v.map((factor) => informationByChance(code, factor)));
  const gaps = v.map((factor, f) => {
    const [first = 0, second = 0] = information.map((row) => row[f] ?? 0).sort((a, b) => b - a);
    return (first - second) / entropy(factor);
  });
  return { mig: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length, gaps, information, byChance };
}
