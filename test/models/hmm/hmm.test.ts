import { jit, random, tf, tree, useBackend, valueAndGrad } from "latent";
import { categorical, independent, normal, type Distribution } from "latent/distributions";
import { hmm, type Hmm } from "latent/models";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, others } from "../../support/backends";
import { numericalGradient } from "../../support/finite-differences";
import { fixture } from "../../support/fixtures";
import { columns, moments } from "../../support/statistics";

interface Emissions {
  readonly means?: number[][];
  readonly variances?: number[][];
  readonly probs?: number[][];
}

interface Case {
  readonly initial: number[];
  readonly transition: number[][];
  readonly observations: number[][][];
  readonly logLikelihood: number[];
  readonly smoothed: number[][][];
  readonly path: number[][];
  readonly pathLogProb: number[];
  readonly emissions: Emissions;
  readonly fitted: Emissions & {
    readonly initial: number[];
    readonly transition: number[][];
    readonly logLikelihood: number;
  };
}

function emissionsOf({ means, variances, probs }: Emissions): Distribution {
  if (means && variances) return independent(normal(tf.tensor2d(means), tf.tensor2d(variances).sqrt()));
  return categorical({ probs: tf.tensor2d(probs ?? []) });
}

const hmmlearn = fixture("hmm") as Record<string, Case>;
const cases = Object.entries(hmmlearn)
  .filter(([name]) => name !== "madeWith")
  .map(([name, expected]) => {
    const vectors = expected.emissions.means !== undefined;
    const all = tf.tensor3d(expected.observations);
    return {
      name,
      expected,
      model: hmm.create({ ...expected, emissions: emissionsOf(expected.emissions) }),
      observations: vectors ? all : all.squeeze<tf.Tensor>([2]), // [B, T, D] or [B, T]
    };
  });

/** Sums of seven steps of numbers below ten in float32. */
const NEAR = { abs: 1e-5, rel: 2e-6 };

describe.each(cases)("agrees with hmmlearn: $name", ({ expected, model, observations }) => {
  test("likelihoods and smoothed states, in a batch and one by one", () => {
    tf.tidy(() => {
      const { smoothed, logLikelihood, transitions } = hmm.smooth(model, observations);
      expect(logLikelihood).toBeNear(expected.logLikelihood, NEAR);
      expect(smoothed).toBeNear(expected.smoothed.flat(2), NEAR);
      expect(hmm.logLikelihood(model, observations)).toBeNear(expected.logLikelihood, NEAR);
      // Σ_j of the transitions out of i = Σ_{t<T} p(z_t = i|o), into j = Σ_{t>1}
      const [steps = 0] = observations.shape.slice(1);
      const part = (from: number): tf.Tensor => tf.slice(smoothed, [0, from, 0], [-1, steps - 1, -1]).sum(1);
      expect(transitions.sum(2)).toBeNear(part(0), NEAR);
      expect(transitions.sum(1)).toBeNear(part(1), NEAR);
      const alone = tf.slice(observations, 1, 1).squeeze<tf.Tensor>([0]);
      const one = hmm.smooth(model, alone);
      expect(one.smoothed).toBeNear(expected.smoothed[1]?.flat() ?? [], NEAR);
      expect(one.logLikelihood).toBeNear(expected.logLikelihood[1] ?? NaN, NEAR);
      const { filtered, predicted } = hmm.filter(model, alone);
      expect(tf.slice(filtered, -1 + steps, 1)).toBeNear(tf.slice(one.smoothed, steps - 1, 1), NEAR);
      expect(tf.slice(predicted, 0, 1)).toBeNear(expected.initial, NEAR);
    });
  });

  test("the most probable path", () => {
    tf.tidy(() => {
      const { states, logProb } = hmm.mostLikelyPath(model, observations);
      expect(states.dtype).toBe("int32");
      expect(states).toBeNear(expected.path.flat(), {});
      expect(logProb).toBeNear(expected.pathLogProb, NEAR);
      const one = hmm.mostLikelyPath(model, tf.slice(observations, 2, 1).squeeze<tf.Tensor>([0]));
      expect(one.states).toBeNear(expected.path[2] ?? [], {});
    });
  });

  test("eight steps of EM", async () => {
    const { fitted } = expected;
    const options = { init: model, maxIterations: 8, tolerance: -Infinity };
    const { params, logLikelihoods } = await hmm.fit(observations, options);
    tf.tidy(() => {
      const near = { abs: 5e-5, rel: 5e-5 }; // eight rounds of the same rounding
      expect(params.initial.softmax()).toBeNear(fitted.initial, near);
      expect(params.transition.softmax()).toBeNear(fitted.transition.flat(), near);
      const { emissions } = params;
      if (fitted.probs)
        expect((emissions as ReturnType<typeof categorical>).probs()).toBeNear(fitted.probs.flat(), near);
      else {
        expect(emissions.mean()).toBeNear(fitted.means?.flat() ?? [], near);
        expect(emissions.variance()).toBeNear(fitted.variances?.flat() ?? [], near);
      }
      expect((logLikelihoods.at(-1) ?? NaN) * observations.shape[0]).toBeNear(fitted.logLikelihood, {
        abs: 1e-3,
      });
    });
    logLikelihoods.slice(1).forEach((x, i) => expect(x).toBeGreaterThan((logLikelihoods[i] ?? NaN) - 1e-5));
    tree.dispose(params);
  });
});

describe("hmm", () => {
  const [{ model, observations }] = cases as [(typeof cases)[number]];

  test("the gradient of the log-likelihood with respect to the logits", () => {
    const f = (initial: tf.Tensor, transition: tf.Tensor): tf.Tensor =>
      hmm.logLikelihood({ ...model, initial, transition }, observations).sum();
    const { grads } = valueAndGrad((p: Hmm) => f(p.initial, p.transition))(model);
    tf.tidy(() => {
      for (const [name, vary] of [
        ["initial", (x: tf.Tensor) => f(x, model.transition)],
        ["transition", (x: tf.Tensor) => f(model.initial, x)],
      ] as const) {
        const { gradient, error } = numericalGradient(vary, model[name]);
        // and the rounding of a gradient of up to some ten
        expect(grads[name]).toBeNear(gradient, { abs: error + 1e-4 });
      }
    });
    tree.dispose(grads);
  });

  test("samples have the marginals of the chain and the moments of the emissions", () => {
    const [steps, batch] = [3, 20_000];
    tf.tidy(() => {
      const { states, observations: o } = hmm.sample(model, random.key(4), steps, { batch });
      const chain = model.transition.softmax();
      let p: tf.Tensor = model.initial.softmax().expandDims(0);
      for (let t = 0; t < steps; t++) {
        const at = (x: tf.Tensor): tf.Tensor =>
          tf.slice(x, [0, t, ...x.shape.slice(2).map(() => 0)], [-1, 1, ...x.shape.slice(2).map(() => -1)]);
        const shares = tf.oneHot(at(states).flatten().cast("int32"), 3).cast("float32").mean(0).dataSync();
        const expected = Array.from(p.dataSync());
        expected.forEach((x, k) =>
          expect(shares[k] ?? NaN).toBeWithinStandardErrors(x, Math.sqrt((x * (1 - x)) / batch)),
        );
        const mean = tf.matMul(p, model.emissions.mean()).dataSync();
        columns(at(o).squeeze<tf.Tensor>([1])).forEach((column, d) => {
          const { mean: m, meanError } = moments(column);
          expect(m).toBeWithinStandardErrors(mean[d] ?? NaN, meanError);
        });
        p = tf.matMul(p, chain);
      }
      expect(hmm.sample(model, random.key(1), 4).observations).toHaveShape([4, 2]);
    });
  });

  test("one step, and leaves what it returns", () => {
    const one = tf.slice(observations, [0, 0, 0], [-1, 1, -1]);
    expect(() => hmm.smooth(model, one)).toLeaveTensors(3);
    expect(() => hmm.mostLikelyPath(model, one)).toLeaveTensors(2);
    expect(() => hmm.filter(model, observations)).toLeaveTensors(3);
    expect(() => hmm.logLikelihood(model, observations)).toLeaveTensors(1);
    expect(() => hmm.sample(model, random.key(0), 2)).toLeaveTensors(2);
    one.dispose();
  });

  test("compiled, it gives the same numbers", () => {
    const compiled = jit((p: Hmm, x: tf.Tensor) => ({
      ...hmm.smooth(p, x),
      ...hmm.mostLikelyPath(p, x),
    }));
    tf.tidy(() => {
      const [a, b] = [
        compiled(model, observations),
        { ...hmm.smooth(model, observations), ...hmm.mostLikelyPath(model, observations) },
      ];
      expect(a.smoothed).toBeNear(b.smoothed, NEAR);
      expect(a.states).toBeNear(b.states, {});
    });
  });

  test("errors", async () => {
    const emissions = categorical(tf.zeros([2, 3]));
    const numbers = { initial: [0.5, 0.5], transition: [[1, 0], [0.5, 0.5]], emissions }; // prettier-ignore
    expect(() => hmm.create({ ...numbers, initial: [0.5, 0.6] })).toThrow(
      "hmm.create: initial must be probabilities that sum to 1, got [0.5, 0.6]",
    );
    expect(() =>
      hmm.create({
        ...numbers,
        transition: [
          [1, 0],
          [1.5, -0.5],
        ],
      }),
    ).toThrow(
      // prettier-ignore
      "hmm.create: transition[1] must be probabilities that sum to 1, got [1.5, -0.5]",
    );
    expect(() => hmm.create({ ...numbers, emissions: categorical(tf.zeros([3, 3])) })).toThrow(
      "hmm.create: emissions must be a batch [K=2], got a batch [3]; " +
        "wrap it in independent(...) if observations are vectors",
    );
    expect(() => hmm.filter(model, tf.zeros([4, 3]))).toThrow(
      "hmm.filter: observations must be [T, 2], got [4, 3]; use [B, T, 2] for a batch",
    );
    await expect(
      hmm.fit(tf.zeros([4]), { init: { ...hmm.create(numbers), emissions: normal(tf.zeros([2]), 1) } }),
    ).rejects.toThrow(
      "hmm.fit: emissions must be categorical(...) or independent(normal(...)) over vectors, got normal; " +
        "maximize hmm.logLikelihood with fit for others",
    );
  });
});

describe("on other backends", () => {
  afterEach(goHome);

  test.each(others)("%s gives the same results", async (name) => {
    await useBackend(name);
    const [, , { expected }] = cases as [unknown, unknown, (typeof cases)[number]];
    tf.tidy(() => {
      const model = hmm.create({ ...expected, emissions: emissionsOf(expected.emissions) });
      const x = tf.tensor3d(expected.observations).squeeze<tf.Tensor>([2]);
      expect(hmm.smooth(model, x).smoothed).toBeNear(expected.smoothed.flat(2), NEAR);
      expect(hmm.mostLikelyPath(model, x).states).toBeNear(expected.path.flat(), {});
    });
  });
});
