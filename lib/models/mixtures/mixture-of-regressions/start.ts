import * as tf from "@tensorflow/tfjs";
import type * as random from "../../../core/random";
import { checkCount } from "../../../core/numeric/check-number";
import { checkShape } from "../../../core/tensor/shape";
import * as tree from "../../../core/tensor/tree";
import { oneHot } from "../../../core/tensor/one-hot";
import { columnVariances, readFinite } from "../data-matrix";
import { seeds } from "../gmm/init";
import type { MixtureOfRegressions } from "./model";
import { mStep, statistics, type RegressionData, type RegressionMStepOptions } from "./steps";

/**
 * Checks that K regressions can be fitted to the pairs, and returns the variances of the columns of y.
 * @throws if the shapes do not match, a value is not finite, a column of y is constant, or there are fewer
 *   than K rows or fewer than 2.
 */
export function checkData(
  caller: string,
  { features, y }: RegressionData,
  components: number,
): readonly number[] {
  checkShape(caller, "features", features, ["N", "F"], "one row per pair");
  checkShape(caller, "y", y, [`N=${features.shape[0]}`, "D"], "one row per row of features");
  checkCount(caller, "components", components, 1);
  const rows = features.shape[0];
  if (components > rows)
    throw new Error(`${caller}: components must be at most the ${rows} pairs, got ${components}`);
  readFinite(caller, "features", features, "leave out such pairs");
  return columnVariances(caller, "y", readFinite(caller, "y", y, "leave out such pairs"));
}

/**
 * Returns initial parameters for EM: K pairs are chosen by k-means++, each pair is assigned to the nearest of
 * them, and a regression is fitted to the pairs of each. Distances are in standard deviations of the columns.
 */
export function startAt(
  data: RegressionData,
  gate: "constant" | "softmax",
  components: number,
  key: random.Key,
  options: RegressionMStepOptions,
): MixtureOfRegressions {
  return tree.tidy(() => {
    const blank = untrained(data, gate, components);
    const labels = oneHot(nearestSeeds(data, components, key), components);
    return mStep(statistics(blank, data, labels), blank, data, options);
  });
}

/** The index of the nearest of K pairs chosen by k-means++, for each pair, [N]. */
function nearestSeeds({ features, y }: RegressionData, components: number, key: random.Key): tf.Tensor {
  const joint = tf.concat([features, y], 1);
  const { mean, variance } = tf.moments(joint, 0);
  const points = joint.sub(mean).div(variance.add(1e-12).sqrt());
  const [rows = 0, columns = 0] = points.shape;
  const chosen = seeds({ values: points.dataSync(), rows, columns }, components, key).rows;
  const centres = points.gather(tf.tensor1d([...chosen], "int32")); //                                [K, F+D]
  // |p − c|² = |p|² − 2 pᵀc + |c|²; |p|² is the same for all c.
  return tf.matMul(points, centres, false, true).mul(-2).add(centres.square().sum(1)).argMin(1);
}

/** Zero coefficients and a uniform gate. */
function untrained(
  { features, y }: RegressionData,
  gate: "constant" | "softmax",
  components: number,
): MixtureOfRegressions {
  const [size, outputs] = [features.shape[1] ?? 0, y.shape[1] ?? 0];
  return {
    gate:
      gate === "constant"
        ? { kind: "constant", logits: tf.zeros([components]) }
        : { kind: "softmax", weights: tf.zeros([size, components]) },
    coefficients: tf.zeros([components, size, outputs]),
    sigma: tf.ones([components, outputs]),
  };
}
