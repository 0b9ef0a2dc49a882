import { random, tf, tree } from "latent";
import { linearGaussian, type LinearGaussian } from "latent/models";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";
import { moments } from "../../support/statistics";
import { densePosterior, draw, quadratic, solved, system } from "../sequence/systems";
import { cases, spiral } from "./cases";

interface Forecasts {
  readonly model: Parameters<typeof linearGaussian.create>[0];
  readonly observations: (number | null)[][];
  readonly means: number[][];
  readonly covariances: number[][][];
}

const T = 6;
const squareRoots = [false, true];

describe.each(squareRoots)("linearGaussian.sampleSmoothed, squareRoot = %s", (squareRoot) => {
  test("draws from the posterior over all states at once", () => {
    const draws = 4000;
    const { data } = draw(system, T, 2, 1);
    tf.tidy(() => {
      const observations = data.observations.transpose([1, 0, 2]);
      const inputs = data.actions.transpose([1, 0, 2]);
      const x = linearGaussian.sampleSmoothed(system, observations, random.key(3), {
        draws,
        inputs,
        squareRoot,
      });
      expect(x).toHaveShape([draws, 2, T, 2]);
      for (const b of [0, 1]) {
        const of = (y: tf.Tensor): number[] => Array.from(tf.slice(y, [b, 0, 0], [1, -1, -1]).dataSync());
        const dense = densePosterior(of(observations), of(inputs));
        const rows = tf
          .slice(x, [0, b, 0, 0], [-1, 1, -1, -1])
          .reshape([draws, 2 * T])
          .arraySync() as number[][];
        // (x − m)ᵀ Λ (x − m) has the χ² distribution with n = 2 T degrees: mean n, variance 2 n
        const squares = moments(
          rows.map((row) =>
            quadratic(
              dense.precision,
              row.map((v, i) => v - (dense.mean[i] ?? NaN)),
            ),
          ),
        );
        expect(squares.mean).toBeWithinStandardErrors(2 * T, squares.meanError);
        expect(squares.variance).toBeWithinStandardErrors(4 * T, squares.varianceError);
        // and every direction w the mean wᵀ m and the variance wᵀ Λ⁻¹ w
        for (let k = 0; k < 4; k++) {
          const w = Array.from(random.normal(random.key(20 + k), [2 * T]).dataSync());
          const dot = (y: readonly number[]): number => y.reduce((sum, v, i) => sum + v * (w[i] ?? NaN), 0);
          const along = moments(rows.map(dot));
          expect(along.mean).toBeWithinStandardErrors(dot(dense.mean), along.meanError);
          expect(along.variance).toBeWithinStandardErrors(
            dot(solved(dense.precision, w).mean),
            along.varianceError,
          );
        }
      }
    });
  });

  test("has the shape of the observations, without and with an axis of draws", () => {
    tf.tidy(() => {
      const observations = linearGaussian.sample(spiral, random.key(0), 1).observations;
      const options = { squareRoot };
      expect(linearGaussian.sampleSmoothed(spiral, observations, random.key(1), options)).toHaveShape([1, 2]);
      const more = linearGaussian.sampleSmoothed(spiral, observations, random.key(1), {
        draws: 3,
        ...options,
      });
      expect(more).toHaveShape([3, 1, 2]);
    });
  });
});

describe("linearGaussian.forecast", () => {
  const { forecasts } = fixture("linear_gaussian_forecast") as { forecasts: Forecasts[] };

  test.each(forecasts.map((each, i) => [i, each] as const))("agrees with statsmodels, case %d", (_, each) => {
    const model = linearGaussian.create(each.model);
    for (const squareRoot of squareRoots)
      tf.tidy(() => {
        const o = tf.tensor2d(each.observations.map((row) => row.map((x) => x ?? NaN)));
        const { observations } = linearGaussian.forecast(model, o, each.means.length, { squareRoot });
        // sums of some ten products a step over some ten steps
        expect(observations.means).toBeNear(each.means.flat(), { abs: 2e-5 });
        expect(observations.covariances).toBeNear(each.covariances.flat(2), { abs: 2e-5 });
      });
    tree.dispose(model);
  });

  test("goes on with the future inputs: its first state is what the filter predicts", () => {
    const { data } = draw(system, 8, 3, 2);
    tf.tidy(() => {
      const observations = data.observations.transpose([1, 0, 2]);
      const inputs = data.actions.transpose([1, 0, 2]);
      const seen = tf.slice(observations, [0, 0, 0], [-1, 5, -1]);
      const { states, observations: next } = linearGaussian.forecast(system, seen, 3, { inputs });
      expect(next.means).toHaveShape([3, 3, 1]);
      // the mean of p(x_6|o_1 … o_5) by the filter of all, whose prediction at 6 has not seen o_6 either
      const { predicted } = linearGaussian.filter(system, observations, { inputs });
      const sixth = tf.slice(predicted.means, [0, 5, 0], [-1, 1, -1]);
      expect(tf.slice(states.means, [0, 0, 0], [-1, 1, -1])).toBeNear(sixth, { abs: 1e-5 });
    });
  });

  test("errors", () => {
    const o = tf.zeros([3, 3]);
    expect(() => linearGaussian.forecast(spiral, o, 0)).toThrow(
      "linearGaussian.forecast: steps must be a positive integer, got 0",
    );
    expect(() => linearGaussian.forecast(spiral, tf.zeros([3, 2]), 1)).toThrow(
      "linearGaussian.forecast: observations must be [T, O=3], got [4, 2]",
    );
    expect(() => linearGaussian.sampleSmoothed(spiral, o, random.key(0), { draws: 0 })).toThrow(
      "linearGaussian.sampleSmoothed: draws must be a positive integer, got 0",
    );
  });
});

describe("the filter one step at a time", () => {
  test.each(squareRoots)("is the filter, squareRoot = %s", (squareRoot) => {
    const { data, logLikelihood } = draw(system, T, 3, 4);
    tf.tidy(() => {
      const observations = data.observations.transpose([1, 0, 2]);
      const inputs = data.actions.transpose([1, 0, 2]);
      const { filtered } = linearGaussian.filter(system, observations, { inputs, squareRoot });
      let belief = linearGaussian.start(system, 3, { squareRoot });
      let total: tf.Tensor = tf.zeros([3]);
      for (let t = 0; t < T; t++) {
        const o = tf.slice(data.observations, t, 1).squeeze<tf.Tensor>([0]);
        const seen = linearGaussian.observe(system, belief, o, { squareRoot });
        total = total.add(seen.logProb);
        expect(seen.belief.mean).toBeNear(tf.slice(filtered.means, [0, t, 0], [-1, 1, -1]).squeeze([1]), {
          abs: 1e-6,
        });
        const input = tf.slice(data.actions, t, 1).squeeze<tf.Tensor>([0]);
        belief = linearGaussian.advance(system, seen.belief, { input, squareRoot });
      }
      expect(total).toBeNear(logLikelihood, { abs: 1e-5 });
    });
  });

  test("of the cases of SciPy, with missing numbers", () => {
    for (const { model, scipy, steps, observations } of cases)
      tf.tidy(() => {
        const missing = tf.tensor2d(scipy.missing.isMissing).greater(0);
        const given = tf.where(missing, NaN, observations);
        let belief = linearGaussian.start(model);
        let total = 0;
        for (let t = 0; t < steps; t++) {
          const seen = linearGaussian.observe(model, belief, tf.slice(given, t, 1));
          total += seen.logProb.dataSync()[0] ?? NaN;
          if (t < steps - 1) belief = linearGaussian.advance(model, seen.belief);
        }
        // values up to some ten, from sums of some ten products a step
        expect(total).toBeNear(scipy.missing.logLikelihood, { abs: 1e-4, rel: 2e-6 });
      });
  });

  test("leaves what it returns, and names what does not fit", () => {
    const belief = linearGaussian.start(spiral, 2);
    const o = tf.zeros([2, 3]);
    expect(() => linearGaussian.observe(spiral, belief, o)).toLeaveTensors(3);
    expect(() => linearGaussian.advance(spiral, belief)).toLeaveTensors(2);
    expect(() => linearGaussian.observe(spiral, belief, tf.zeros([2, 2]))).toThrow(
      "linearGaussian.observe: observation must be [B=2, O=3], got [2, 2]",
    );
    expect(() => linearGaussian.start(spiral, 0)).toThrow(
      "linearGaussian.start: batch must be a positive integer, got 0",
    );
    const varying: LinearGaussian = {
      ...spiral,
      transition: { ...spiral.transition, bias: tf.zeros([4, 2]) },
    };
    expect(() => linearGaussian.advance(varying, belief)).toThrow(
      "linearGaussian.advance: the tensors of transition must be the same at all times, " +
        "got some with an axis of time; give those of the current time",
    );
    expect(() => linearGaussian.advance(system, linearGaussian.start(system))).toThrow(
      "linearGaussian.advance: the model has transition.input, so input must be [B=1, U=1], got none",
    );
    expect(() => linearGaussian.observe(spiral, belief, o, { input: tf.zeros([2, 1]) })).toThrow(
      "linearGaussian.observe: input is given, and observation.input is absent; leave it out",
    );
    tree.dispose(belief);
  });
});
