/**
 * State-space models with reference results from SciPy, by conditioning the joint distribution of all states
 * and observations.
 */
import { tf } from "latent";
import { linearGaussian } from "latent/models";
import type { LinearGaussianNumbers } from "../../../lib/models/linear-gaussian";
import { fixture } from "../../support/fixtures";

/** Means [T][X] and covariances [T][X][X]. */
export interface Moments {
  readonly means: number[][];
  readonly covariances: number[][][];
}

interface Case {
  readonly model: LinearGaussianNumbers;
  readonly observations: number[][];
  readonly predicted: Moments;
  readonly filtered: Moments;
  readonly smoothed: Moments;
  readonly mean: number[];
  readonly covariance: number[][];
  readonly logLikelihood: number;
  /** The same without some of the observations. */
  readonly missing: {
    readonly isMissing: number[][];
    readonly filtered: Moments;
    readonly smoothed: Moments;
    readonly logLikelihood: number;
  };
}

const { stateSpace } = fixture("linear_gaussian") as { stateSpace: readonly Case[] };

export const cases = stateSpace.map((scipy) => {
  const [x, o] = [scipy.model.initial.mean.length, scipy.model.observation.matrix.length];
  return {
    name: `X=${x}, O=${o}, T=${scipy.observations.length}`,
    steps: scipy.observations.length,
    scipy,
    model: linearGaussian.create(scipy.model),
    observations: tf.tensor2d(scipy.observations),
  };
});

/** A contracting rotation in two dimensions, observed through three noisy linear functions. */
export const spiral = linearGaussian.create({
  initial: { mean: [2, 0], covariance: [[0.5, 0.1], [0.1, 0.4]] }, // prettier-ignore
  transition: {
    matrix: [
      [0.9, -0.3],
      [0.3, 0.9],
    ],
    bias: [0.1, 0],
    covariance: [
      [0.2, 0.05],
      [0.05, 0.1],
    ],
  },
  observation: {
    matrix: [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    covariance: [
      [0.5, 0, 0],
      [0, 0.5, 0.2],
      [0, 0.2, 0.8],
    ],
  },
});
