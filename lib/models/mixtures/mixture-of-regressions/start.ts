import * as tf from "@tensorflow/tfjs";
import type * as random from "../../../core/random";
import { checkCount } from "../../../core/numeric/check-number";
import { checkShape } from "../../../core/tensor/shape";
import * as tree from "../../../core/tensor/tree";
import { oneHot } from "../../../core/tensor/one-hot";
import { finiteRows, meanVariance } from "../columns";
import { seeds } from "../gmm/init";
import type { MixtureOfRegressions } from "./model";
import { mStep, statistics, type RegressionData, type RegressionMStepOptions } from "./steps";

/**
 * Checks that K regressions can be fitted to pairs.
 *
 * @returns the mean of the variances of the columns of y.
 * @throws when the shapes do not go together, a number is not finite, a column of y is constant, or there are fewer than K rows or than 2.
 */
export function checkData(caller: string, { features, y }: RegressionData, components: number): number {
  checkShape(caller, "features", features, ["N", "F"], "one row a pair");
  checkShape(caller, "y", y, [`N=${features.shape[0]}`, "D"], "one row for each of the features");
  checkCount(caller, "components", components, 1);
  const rows = features.shape[0];
  if (components > rows)
    throw new Error(`${caller}: components must be at most the ${rows} pairs, got ${components}`);
  finiteRows(caller, "features", features, "leave such pairs out");
  const values = finiteRows(caller, "y", y, "leave such pairs out");
  return meanVariance(caller, "y", values, y.shape[1] ?? 0);
}

/**
 * Parameters to start from: K pairs that lie apart are chosen, each pair is given to the nearest of them, and a regression is fitted to
 * the pairs of each. Distances are in standard deviations of the columns.
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

/** The number of the nearest of K pairs that lie apart, for each pair: [N]. */
function nearestSeeds({ features, y }: RegressionData, components: number, key: random.Key): tf.Tensor {
  const joint = tf.concat([features, y], 1);
  const { mean, variance } = tf.moments(joint, 0);
  const points = joint.sub(mean).div(variance.add(1e-12).sqrt());
  const [rows = 0, columns = 0] = points.shape;
  const chosen = seeds({ values: points.dataSync(), rows, columns, variance: 1 }, components, key).rows;
  const centres = points.gather(tf.tensor1d([...chosen], "int32")); //                                        [K, F+D]
  // |p − c|² = |p|² − 2 pᵀc + |c|², without |p|², which is the same for all c
  return tf.matMul(points, centres, false, true).mul(-2).add(centres.square().sum(1)).argMin(1);
}

/** All coefficients 0, and a gate that says nothing. */
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
