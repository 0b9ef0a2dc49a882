import type * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import { columnsOf } from "./codes-and-factors";
import { codeLevels, factorLevels } from "./discretize";
import { entropy, informationByChance, mutualInformation } from "./information";

/** The mutual information gap and its parts. */
export interface Mig {
  /** The mean of the gaps, from 0 to 1. */
  readonly mig: number;
  /** The gap of each factor, (I(z_first; v) − I(z_second; v)) / H(v), [F]. */
  readonly gaps: readonly number[];
  /** The empirical I(z_d; v_f) in nats, [D][F], not corrected for chance. */
  readonly information: readonly (readonly number[])[];
  /**
   * The expectation of `information` over permutations of the rows of the factors, in nats, [D][F]: its value
   * for a code that is independent of the factor. Near (bins − 1)(levels − 1) / 2n for many rows, without
   * empty bins and levels.
   */
  readonly byChance: readonly (readonly number[])[];
}

/**
 * Returns the mutual information gap: the difference between the information of the two most informative
 * codes about a factor, divided by the entropy of the factor. It is 1 if each factor is in a separate code.
 *
 * Chen et al. 2018, "Isolating sources of disentanglement in VAEs", equation 6. The information is estimated
 * from histograms of the codes with bins of equal width, as in Locatello et al. 2019. A factor is used by its
 * levels, of any number, if each value has at least two rows on average; otherwise it counts as continuous, a
 * case that neither paper covers, and is binned like the codes.
 *
 * Chen's information is that of z ~ q(z|x), so pass draws: `encode(encoder, x).sample(key)`. The information
 * of a coordinate is then at most its mean KL(q(z_d|x) ‖ p(z_d)). The means, which Locatello et al. use, have
 * no noise, and a histogram ignores scale: the means of a collapsed coordinate, which differ by a hundredth
 * of σ, would appear as informative as those of any other.
 *
 * @param codes draws of z, [n, D]; D ≥ 2.
 * @param factors [n, F]; F ≥ 2.
 * @param options `bins`: the number of bins of a code with more distinct values, and of a continuous
 *   factor; 20 by default.
 * @throws if the shapes do not fit, if `bins` is not an integer of at least 2, if a number is not finite, or
 *   if a factor is constant.
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
