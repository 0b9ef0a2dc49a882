import { random, tf, tree, valueAndGrad } from "latent";
import { kl, multivariateNormal } from "latent/distributions";
import { linearGaussian, sequenceVae, type SequenceVae } from "latent/models";
import { describe, expect, test } from "vitest";
import { columns, moments } from "../../support/statistics";
import { data, small } from "./cases";
import { draw, exact, NUMBERS, system } from "./systems";

const key = random.key(7);

function gradientOf(model: SequenceVae, options: sequenceVae.SequenceLossOptions): SequenceVae {
  return valueAndGrad((m: SequenceVae) => sequenceVae.loss(m, data(), key, options)[0])(model).grads;
}

describe("sequenceVae.loss", () => {
  test("without options it is −bound, averaged over the sequences, and β weights the divergence", () => {
    const model = small();
    tf.tidy(() => {
      const [value, metrics] = sequenceVae.loss(model, data(), key);
      expect(value).toBeNear(sequenceVae.elbo(model, data(), key).mean().neg(), { rel: 1e-6 });
      expect(metrics.bound).toBeNear(value.neg(), { rel: 1e-6 });
      const [weighted] = sequenceVae.loss(model, data(), key, { kl: 3 });
      expect(weighted).toBeNear(metrics.kl.mul(3).sub(metrics.reconstruction), { rel: 1e-6 });
    });
    tree.dispose(model);
  });

  test("balancing leaves the value, and divides the gradient between prior and encoder", () => {
    const model = small({ prior: { kind: "recurrent" } });
    tf.tidy(() => {
      const value = (balance?: number): tf.Tensor =>
        sequenceVae.loss(model, data(), key, balance === undefined ? {} : { balance })[0];
      expect(value(0.8)).toBeNear(value(), { rel: 1e-5 });
      const [whole, toPrior, toEncoder, mixed] = [{}, { balance: 1 }, { balance: 0 }, { balance: 0.8 }].map(
        (options) => tree.leaves(gradientOf(model, options)),
      ) as [tf.Tensor[], tf.Tensor[], tf.Tensor[], tf.Tensor[]];
      const free = tree.leaves(gradientOf(model, { kl: 0 }));
      whole.forEach((g, i) => {
        const [a, b, m, none] = [toPrior, toEncoder, mixed, free].map((list) => list[i]) as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        // gradients of up to some ten, from sums of a hundred numbers
        const near = { abs: 1e-4, rel: 1e-4 };
        expect(a.add(b).sub(none)).toBeNear(g, near);
        expect(a.mul(0.8).add(b.mul(0.2))).toBeNear(m, near);
      });
    });
    tree.dispose(model);
  });

  test("a divergence below the free nats has no gradient, above them all of it", () => {
    const model = small();
    tf.tidy(() => {
      const { kl: cost } = sequenceVae.terms(model, data(), key);
      const [low, high] = [cost.min().dataSync()[0] ?? NaN, cost.max().dataSync()[0] ?? NaN];
      const norms = (options: sequenceVae.SequenceLossOptions): number[] =>
        tree.leaves(gradientOf(model, options)).map((g) => g.square().sum().dataSync()[0] ?? NaN);
      const near = { rel: 1e-5, abs: 1e-9 };
      norms({ freeNats: high + 1 }).forEach((n, i) => expect(n).toBeNear(norms({ kl: 0 })[i] ?? NaN, near));
      norms({ freeNats: low / 2 }).forEach((n, i) => expect(n).toBeNear(norms({})[i] ?? NaN, near));
      const [between] = sequenceVae.loss(model, data(), key, { freeNats: (low + high) / 2 });
      const [all, metrics] = sequenceVae.loss(model, data(), key);
      const expected = cost
        .sub((low + high) / 2)
        .relu()
        .sum(0)
        .mean()
        .sub(metrics.reconstruction);
      expect(between).toBeNear(expected, { rel: 1e-5 });
      expect(all.dataSync()[0]).toBeGreaterThan(between.dataSync()[0] ?? NaN);
    });
    tree.dispose(model);
  });

  test("overshooting over two steps compares q(z_t|·) with p(z_t|z_{t−2}, a_{t−2}, a_{t−1})", () => {
    // For z̃ ~ N(m, Q), m = A z_{t−2} + B a + b, the expectation of KL(q_t ‖ N(A z̃ + B a + b, Q)) is that at
    // m + ½ tr(Q⁻¹ A Q Aᵀ)
    const [steps, batch, weight] = [5, 4000, 2];
    tf.tidy(() => {
      const { data: one } = draw(system, steps, 1, 3);
      const given = tree.map((x) => tf.tile(x, [1, batch, 1]), one);
      const [value, { bound }] = sequenceVae.loss(exact, given, key, { overshooting: { steps: 2, weight } });
      const ours = value.add(bound).dataSync()[0] ?? NaN; // what overshooting adds to −bound

      const { q, states } = sequenceVae.infer(exact, given, random.key(11));
      const count = steps - 2; // the times 3 … T
      const from = { z: tf.slice(states.z, 0, count).reshape([-1, 2]) };
      const actions = tf.stack([0, 1].map((d) => tf.slice(given.actions, d, count).reshape([-1, 1])));
      const twice = sequenceVae.predict(exact, from, random.key(1), { actions, mean: true });
      const mean = sequenceVae.stateAt(twice, 1).z.reshape([count, batch, 2]);
      const target = tree.map((x) => tf.slice(x, 2, count), q);
      const atMean = kl(target, multivariateNormal(mean, system.transition.scaleTril));
      const A = tf.tensor2d(NUMBERS.transition.matrix.map((row) => [...row]));
      const Q = tf.tensor2d(NUMBERS.transition.covariance.map((row) => [...row]));
      const adjugate = tf.tensor2d([[0.05, -0.02], [-0.02, 0.1]]); // prettier-ignore
      const inverse = adjugate.div(0.1 * 0.05 - 0.02 ** 2);
      const trace = tf
        .matMul(inverse, tf.matMul(tf.matMul(A, Q), A, false, true))
        .mul(tf.eye(2))
        .sum();
      const each = moments(atMean.add(trace.mul(0.5)).sum(0).mul(weight).dataSync());
      // Ours has the noise of z_{t−2}, as `each` has, and that of z̃: at most three times as much
      expect(ours).toBeWithinStandardErrors(each.mean, 3 * each.meanError);
      const plain = sequenceVae.terms(exact, given, key).kl;
      const wrong = tf.slice(plain, 2, count).sum(0).mean().mul(weight).dataSync()[0] ?? NaN;
      expect(Math.abs(wrong - each.mean)).toBeGreaterThan(36 * each.meanError);
    });
  });

  test("overshooting has no gradient to the encoder through its target", () => {
    const model = small();
    tf.tidy(() => {
      const weight = (w: number) => gradientOf(model, { overshooting: { steps: 3, weight: w }, kl: 0 }).prior;
      const [none, some] = [weight(0), weight(1)].map((prior) =>
        tree.leaves(prior).reduce((sum, g) => sum + (g.square().sum().dataSync()[0] ?? NaN), 0),
      );
      expect(none).toBe(0);
      expect(some).toBeGreaterThan(0);
    });
    tree.dispose(model);
  });

  test.each<[sequenceVae.SequenceLossOptions, string]>([
    [{ kl: -1 }, "sequenceVae.loss: kl must be a finite number >= 0, got -1"],
    [{ freeNats: NaN }, "sequenceVae.loss: freeNats must be a finite number >= 0, got NaN"],
    [{ balance: 1.5 }, "sequenceVae.loss: balance must be a number from 0 to 1, got 1.5"],
    [{ overshooting: { steps: 1 } }, "sequenceVae.loss: overshooting.steps must be an integer >= 2, got 1"],
    [
      { overshooting: { steps: 2, weight: -1 } },
      "sequenceVae.loss: overshooting.weight must be a finite number >= 0, got -1",
    ],
  ])("throws for %o", (options, message) => {
    const model = small();
    expect(() => sequenceVae.loss(model, data(), key, options)).toThrow(message);
    tree.dispose(model);
  });
});

describe("open loop", () => {
  test("mean transitions of a linear system are A z + B a + b, step by step", () => {
    tf.tidy(() => {
      const actions = random.normal(random.key(1), [4, 3, 1]);
      const start = { z: random.normal(random.key(2), [3, 2]) };
      const states = sequenceVae.predict(exact, start, key, { actions, mean: true });
      let z = start.z.arraySync() as number[][];
      const [[a, b], [c, d]] = NUMBERS.transition.matrix;
      for (let t = 0; t < 4; t++) {
        const u = sequenceVae.stateAt({ z: actions }, t).z.dataSync();
        z = z.map(([x = NaN, y = NaN], i) => [
          a * x + b * y + 0.1 * (u[i] ?? NaN) + 0.05,
          c * x + d * y + 0.5 * (u[i] ?? NaN) - 0.1,
        ]);
        expect(sequenceVae.stateAt(states, t).z).toBeNear(z.flat(), { abs: 1e-5 });
      }
    });
  });

  test("decoded trajectories of the prior have the moments of p(o_1 … o_T|a)", () => {
    const [steps, batch] = [4, 20_000];
    tf.tidy(() => {
      const inputs = random.normal(random.key(3), [steps, 1]);
      const actions = tf.tile(inputs.expandDims(1), [1, batch, 1]);
      const states = sequenceVae.sample(exact, random.key(4), { actions });
      const o = sequenceVae.decode(exact, states).sample(random.key(5)).squeeze<tf.Tensor>([2]);
      const joint = linearGaussian.joint(system, steps, { inputs });
      const observed = columns(o.transpose());
      const [mean, covariance] = [joint.mean().dataSync(), joint.covariance().arraySync() as number[][]];
      observed.forEach((x, t) => {
        const { mean: m, meanError } = moments(x);
        expect(m).toBeWithinStandardErrors(mean[t] ?? NaN, meanError);
        observed.forEach((y, s) => {
          const products = x.map(
            (value, i) => (value - (mean[t] ?? NaN)) * ((y[i] ?? NaN) - (mean[s] ?? NaN)),
          );
          const each = moments(products);
          expect(each.mean).toBeWithinStandardErrors(covariance[t]?.[s] ?? NaN, each.meanError);
        });
      });
    });
  });

  test("a recurrent prior continues where its posterior stopped", () => {
    const model = small({ prior: { kind: "recurrent" } });
    tf.tidy(() => {
      const given = data(5);
      const { states, p } = sequenceVae.infer(model, given, key);
      const from = sequenceVae.stateAt(states, 2);
      const action = tf.slice(given.actions, 2, 1);
      const next = sequenceVae.predict(model, from, key, { actions: action, mean: true });
      expect(next.h?.squeeze([0]) ?? NaN).toBeNear(sequenceVae.stateAt(states, 3).h ?? NaN, { abs: 1e-6 });
      expect(next.z.squeeze([0])).toBeNear(tf.slice(p.mean(), 3, 1).squeeze([0]), { abs: 1e-6 });
      expect(sequenceVae.features(next)).toHaveShape([1, 3, 6]);
    });
    tree.dispose(model);
  });

  test("errors", () => {
    const model = small();
    const start = { z: tf.zeros([3, 2]) };
    expect(() => sequenceVae.predict(model, start, key)).toThrow(
      "sequenceVae.predict: steps must be a positive integer, got none",
    );
    expect(() => sequenceVae.predict(model, start, key, { steps: 2 })).toThrow(
      "sequenceVae.predict: the model has actions, so actions must be [2, B=3, A=1], got none",
    );
    expect(() => sequenceVae.predict(model, { z: tf.zeros([2, 3, 2]) }, key, { steps: 2 })).toThrow(
      "sequenceVae.predict: state.z must be [B, Z=2], got [2, 3, 2]; take one time with sequenceVae.stateAt",
    );
    expect(() => sequenceVae.stateAt({ z: tf.zeros([4, 3, 2]) }, 4)).toThrow(
      "sequenceVae.stateAt: t must be an integer from -4 to 3 for 4 times, got 4",
    );
    tree.dispose(model);
  });
});
