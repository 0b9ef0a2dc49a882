import { jit, random, tf, tree } from "latent";
import { multivariateNormal } from "latent/distributions";
import { linearGaussian, sequenceVae, type SequenceVae } from "latent/models";
import { describe, expect, test } from "vitest";
import { termsAlong } from "../../../lib/models/sequence/bound";
import { unroll } from "../../../lib/models/sequence/posterior";
import { prepare } from "../../../lib/models/sequence/sequences";
import {
  densePosterior,
  draw,
  exact,
  logDensity,
  NUMBERS,
  quadratic,
  sigmaPoints,
  solved,
  system,
} from "./systems";

/**
 * Sums of T = 12 steps of a few terms below 10, each rounded by 6e-8 of it, from a recursion over 12 steps
 * whose gains are below 1: 12 · 12 · 5 · 6e-7 at the very most, and 1e-5 as it turns out.
 */
const NEAR = { abs: 1e-4 };
const T = 12;

/** The expectation of the bound over the noise, exact if it is quadratic in it. */
function expectedTerms(model: SequenceVae, data: sequenceVae.Sequences) {
  return tree.tidy(() => {
    const noise = sigmaPoints(T, 2);
    const copies = noise.shape[1] ?? 0;
    const repeated = tree.map((x) => tf.tile(x, [1, copies, 1]), data);
    const prepared = prepare("test", model, repeated);
    const { reconstruction, kl: divergence } = termsAlong(model, prepared, unroll(model, prepared, noise));
    return { reconstruction: reconstruction.sum(0).mean(), kl: divergence.sum(0).mean() };
  });
}

function one(data: sequenceVae.Sequences, b: number): sequenceVae.Sequences {
  return tree.map((x) => tf.slice(x, [0, b, 0], [-1, 1, -1]), data);
}

function column(x: tf.Tensor | undefined): number[] {
  return Array.from(x?.dataSync() ?? []);
}

describe("the exact posterior as an encoder", () => {
  test.each([1, 2, T])("every importance weight is p(o|a), T = %d", (steps) => {
    const { data, logLikelihood } = draw(system, steps, 4);
    tf.tidy(() => {
      const weights = sequenceVae.logWeights(exact, data, random.key(1), 3);
      expect(weights).toBeNear(tf.tile(logLikelihood.expandDims(0), [3, 1]), NEAR);
    });
  });

  test("in three dimensions, with two observed numbers and no actions", () => {
    const model = linearGaussian.create({
      initial: { mean: [1, 0, -1], covariance: [[0.5, 0.1, 0], [0.1, 0.4, 0], [0, 0, 2]] }, // prettier-ignore
      transition: {
        matrix: [[0.9, -0.3, 0.1], [0.3, 0.9, 0], [0, 0.2, 0.5]], // prettier-ignore
        covariance: [[0.2, 0.05, 0], [0.05, 0.1, 0.02], [0, 0.02, 0.3]], // prettier-ignore
      },
      observation: {
        matrix: [[1, 0, 1], [0, 1, 0]], // prettier-ignore
        covariance: [[0.3, 0.1], [0.1, 0.2]], // prettier-ignore
      },
    });
    tf.tidy(() => {
      const { observations } = linearGaussian.sample(model, random.key(2), 9, { batch: 5 });
      const data = { observations: observations.transpose([1, 0, 2]) };
      const weights = sequenceVae.logWeights(sequenceVae.ofLinearGaussian(model), data, random.key(1), 2);
      const logLikelihood = linearGaussian.logLikelihood(model, observations);
      expect(weights).toBeNear(tf.tile(logLikelihood.expandDims(0), [2, 1]), NEAR);
    });
    tree.dispose(model);
  });

  test("its bound, in expectation over the draw, is log p(o|a), and Σ KL the cost of the code", () => {
    const { data, logLikelihood } = draw(system, T, 2);
    tf.tidy(() => {
      for (const b of [0, 1]) {
        const { reconstruction, kl: divergence } = expectedTerms(exact, one(data, b));
        expect(reconstruction.sub(divergence)).toBeNear(logLikelihood.dataSync()[b] ?? NaN, NEAR);
        const inputs = data.actions
          .transpose([1, 0, 2])
          .slice([b, 0, 0], [1, -1, -1])
          .squeeze<tf.Tensor>([0]);
        const o = data.observations
          .transpose([1, 0, 2])
          .slice([b, 0, 0], [1, -1, -1])
          .squeeze<tf.Tensor>([0]);
        const { means, covariances } = linearGaussian.smooth(system, o, { inputs });
        // E_q log N(o; C z + d, R) = log N(o; C m + d, R) − ½ tr(R⁻¹ C P Cᵀ), from the smoother's marginals
        const { matrix, bias, scaleTril } = system.observation;
        const at = multivariateNormal(tf.matMul(means, matrix, false, true).add(bias), scaleTril);
        const C = tf.tile(matrix.expandDims(0), [T, 1, 1]);
        const spread = tf
          .matMul(tf.matMul(C, covariances), C, false, true)
          .flatten()
          .div(NUMBERS.observation.covariance[0][0]);
        expect(reconstruction).toBeNear(at.logProb(o).sub(spread.mul(0.5)).sum(), NEAR);
      }
    });
  });
});

describe("log p − ELBO is the divergence from the posterior", () => {
  test("of the whole trajectory for an encoder whose z_t are independent", () => {
    const { data, logLikelihood } = draw(system, T, 2, 5);
    const encoder = sequenceVae.initEncoder(random.key(3), exact.prior, [1], {
      sees: "all",
      previous: false,
      body: { kind: "identity" },
      size: 6,
      hidden: [],
      covariance: "full",
    });
    const model = { ...exact, encoder };
    tf.tidy(() => {
      for (const b of [0, 1]) {
        const sequence = one(data, b);
        const { reconstruction, kl: divergence } = expectedTerms(model, sequence);
        const gap =
          (logLikelihood.dataSync()[b] ?? NaN) - (reconstruction.sub(divergence).dataSync()[0] ?? NaN);
        // KL of N(m, blocks S_t) from N(μ, Λ⁻¹):
        // ½ (Σ tr Λ_tt S_t + (m − μ)ᵀ Λ (m − μ) − n − log|Λ| − Σ log|S_t|)
        const dense = densePosterior(column(sequence.observations), column(sequence.actions));
        const { q } = unroll(model, prepare("test", model, sequence), tf.zeros([T, 1, 2]));
        if (q.kind !== "multivariateNormal") throw new Error("the covariance must be full");
        const mean = column(q.mean());
        const S = q.covariance().reshape([T, 4]).arraySync() as number[][];
        let [trace, logs] = [0, 0];
        S.forEach(([s11 = NaN, s12 = NaN, , s22 = NaN], t) => {
          const entry = (i: number, j: number): number => dense.precision[2 * t + i]?.[2 * t + j] ?? NaN;
          trace += entry(0, 0) * s11 + 2 * entry(0, 1) * s12 + entry(1, 1) * s22;
          logs += Math.log(s11 * s22 - s12 ** 2);
        });
        const error = mean.map((x, i) => x - (dense.mean[i] ?? NaN));
        const expected = 0.5 * (trace + quadratic(dense.precision, error) - 2 * T - dense.logDet - logs);
        expect(expected).toBeGreaterThan(1);
        // some hundred nats of an untrained encoder
        expect(gap).toBeNear(expected, { abs: 1e-4, rel: 1e-5 });
      }
    });
    tree.dispose(encoder);
  });

  test.each(["past", "future"] as const)("draw by draw for q(z_t|z_t−1, %s)", (sees) => {
    const { data, logLikelihood } = draw(system, T, 3, 6);
    const options = { sees, body: { kind: "identity" }, size: 5, hidden: [6] } as const;
    const encoder = sequenceVae.initEncoder(random.key(4), exact.prior, [1], options);
    const model = { ...exact, encoder };
    tf.tidy(() => {
      const { q, states } = sequenceVae.infer(model, data, random.key(8));
      const weights = sequenceVae.logWeights(model, data, random.key(8), 1).dataSync();
      const logQ = q.logProb(states.z).sum(0).dataSync();
      for (const b of [0, 1, 2]) {
        const sequence = one(data, b);
        const dense = densePosterior(column(sequence.observations), column(sequence.actions));
        const z = column(tf.slice(states.z, [0, b, 0], [-1, 1, -1]));
        const difference = (logQ[b] ?? NaN) - logDensity(dense, z); // log q(z|o) − log p(z|o)
        const gap = (logLikelihood.dataSync()[b] ?? NaN) - (weights[b] ?? NaN);
        expect(gap).toBeNear(difference, { abs: 1e-4, rel: 1e-5 });
      }
    });
    tree.dispose(encoder);
  });

  test("the dense posterior agrees with the smoother", () => {
    const { data } = draw(system, 5, 1, 7);
    const dense = densePosterior(column(data.observations), column(data.actions));
    tf.tidy(() => {
      const { means } = linearGaussian.smooth(system, data.observations.squeeze([1]), {
        inputs: data.actions.squeeze([1]),
      });
      expect(means.flatten()).toBeNear(dense.mean, { abs: 1e-5 });
    });
    expect(solved([[2, 1], [1, 3]], [1, 2]).mean).toEqual([0.2, 0.6]); // prettier-ignore
  });
});

test("compiled, it gives the same numbers", () => {
  const { data } = draw(system, T, 3);
  const compiled = jit((d: sequenceVae.Sequences, key: random.Key) => sequenceVae.elbo(exact, d, key));
  tf.tidy(() => {
    expect(compiled(data, random.key(2))).toBeNear(sequenceVae.elbo(exact, data, random.key(2)), NEAR);
  });
});

describe("ofLinearGaussian and the exact posterior refuse", () => {
  test("matrices that change over time, inputs of observations, lengths", () => {
    const varying = { ...system, transition: { ...system.transition, bias: tf.zeros([T, 2]) } };
    expect(() => sequenceVae.ofLinearGaussian(varying)).toThrow(
      "sequenceVae.ofLinearGaussian: the tensors of transition must be the same at all times, " +
        "got some with an axis of time; use linearGaussian for those",
    );
    const observed = { ...system, observation: { ...system.observation, input: tf.ones([1, 1]) } };
    expect(() => sequenceVae.ofLinearGaussian(observed)).toThrow(
      "sequenceVae.ofLinearGaussian: observation.input must be absent, because actions change only the state",
    );
    const { data } = draw(system, T, 2);
    expect(() => sequenceVae.elbo(exact, { ...data, lengths: tf.tensor1d([3, 4]) }, random.key(0))).toThrow(
      "sequenceVae: lengths cannot be given to the exact posterior; pass sequences of one length",
    );
  });
});
