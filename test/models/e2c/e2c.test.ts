import { adam, cholesky, fit, jit, logAbsDet, random, tf, tree, useBackend, valueAndGrad } from "latent";
import { linearize } from "latent/control";
import { kl, multivariateNormal } from "latent/distributions";
import { e2c, vae, type E2c } from "latent/models";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, others } from "../../support/backends";
import { linearGaussian } from "./linear-gaussian";

const sizes = { data: 6, control: 2, latent: 3, hidden: [8, 7], transitionHidden: [5] } as const;
const forms = ["full", "low-rank", "global"] as const;

/** A model whose matrices differ clearly from those of the start. */
function perturbed(form: e2c.Form): E2c {
  return tree.tidy(() => {
    const model = e2c.init(random.key(1), { ...sizes, form });
    let n = 0;
    const shake = (x: tf.Tensor): tf.Tensor =>
      x.add(random.normal(random.fold(random.key(2), n++), x.shape).mul(0.3));
    return { ...model, transition: tree.map(shake, model.transition) };
  });
}

function batch(rows = 4): e2c.Transitions {
  const [a, b, c] = random.split(random.key(3), 3);
  return {
    x: random.uniform(a, [rows, 6]),
    u: random.normal(b, [rows, 2]),
    next: random.uniform(c, [rows, 6]),
  };
}

describe("e2c.init", () => {
  test("starts near z′ = z + gain · u with narrow codes", () => {
    for (const form of forms)
      tf.tidy(() => {
        const model = e2c.init(random.key(0), { ...sizes, form, gain: 0.3 });
        const held = e2c.linearize(model, tf.zeros([1, 3]), { holdControl: true });
        expect(held.B).toBeNear([0.3, 0, 0, 0.3, 0, 0], { abs: 1e-7 });
        expect(e2c.sizes(model)).toEqual({ stateSize: 3, controlSize: 2 });
        expect(model.encoder.logSigma.bias).toBeNear([-2, -2, -2], {});
        tree.dispose(model);
      });
  });

  test.each<[Partial<e2c.E2cOptions>, string]>([
    [{ data: 0 }, "e2c.init: data must be a positive integer, got 0"],
    [{ control: 1.5 }, "e2c.init: control must be a positive integer, got 1.5"],
    [{ hidden: [] }, "e2c.init: hidden must have at least one layer, such as [100], got []"],
    [{ transitionHidden: [0] }, "e2c.init: transitionHidden[0] must be a positive integer, got 0"],
    [{ gain: NaN }, "e2c.init: gain must be finite, got NaN"],
  ])("throws for %o and creates no tensors", (change, message) => {
    const before = tf.memory().numTensors;
    expect(() => e2c.init(random.key(0), { ...sizes, ...change })).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(forms)("e2c with a %s transition", (form) => {
  test("log |det A| is that of the matrix; of I + v rᵀ it is log |1 + vᵀ r|", () => {
    const model = perturbed(form);
    tf.tidy(() => {
      const { A, logDet } = e2c.linearize(model, random.normal(random.key(4), [5, 3]));
      expect(A).toHaveShape([5, 3, 3]);
      // |log det| of 3 × 3 matrices near I: fewer than 30 roundings of numbers below 10
      expect(logDet).toBeNear(logAbsDet(A), { abs: 1e-5 });
    });
    tree.dispose(model);
  });

  test("the consistency term is the divergence of two normal distributions with full covariances", () => {
    const model = perturbed(form);
    tf.tidy(() => {
      const { x, u, next } = batch();
      const [q, after] = [vae.encode(model.encoder, x), vae.encode(model.encoder, next)];
      const models = e2c.linearize(model, q.mean());
      const AL = models.A.mul(q.base.sigma.expandDims(1)); //        A Σ^½
      const covariance = tf.matMul(AL, AL, false, true); //          A Σ Aᵀ
      const predicted = multivariateNormal(e2c.next(model, q.mean(), u), cholesky(covariance));
      const target = multivariateNormal(after.mean(), tf.eye(3).mul(after.base.sigma.expandDims(1)));
      // divergences of some hundred nats; the Cholesky factor loses about log10(condition) ≈ 2 of 7 digits
      expect(e2c.consistency(models, q, u, after)).toBeNear(kl(predicted, target), { rel: 1e-4, abs: 1e-3 });
    });
    tree.dispose(model);
  });

  test("plain dynamics agree with the tensors, and the tangent with central differences", () => {
    const model = perturbed(form);
    const [z, u] = [Float64Array.of(0.3, -0.8, 0.5), Float64Array.of(0.4, -1)];
    const [local, tangent] = [e2c.dynamics(model), e2c.dynamics(model, { linear: "tangent" })];
    tf.tidy(() => {
      const rows = tf.tensor2d([Array.from(z)]);
      const { A, B, o } = e2c.linearize(model, rows);
      const plain = local.linear(z, u);
      // float32 against float64: sums of at most 5 products below 2
      expect(A).toBeNear(Array.from(plain.A), { abs: 2e-6 });
      expect(B).toBeNear(Array.from(plain.B), { abs: 2e-6 });
      expect(o).toBeNear(Array.from(plain.c), { abs: 2e-6 });
      expect(e2c.next(model, rows, tf.tensor2d([Array.from(u)]))).toBeNear(Array.from(local.next(z, u)), {
        abs: 5e-6,
      });
    });
    const { stateSize, controlSize } = local;
    const differences = linearize({ stateSize, controlSize, next: (x, v) => local.next(x, v) }, z, u, 0);
    const exact = tangent.linear(z, u);
    // central differences: h² with h = 6e-6, and rounding ε / h
    for (const name of ["A", "B", "c"] as const)
      exact[name].forEach((value, i) => expect(value).toBeCloseTo(differences[name][i] ?? NaN, 8));
    expect(() => local.next(Float64Array.of(1), u)).toThrow("e2c.dynamics: z must have 3 numbers, got 1");
    tree.dispose(model);
  });

  test("B is held: the same for all z, and without a gradient", () => {
    const model = perturbed(form);
    const data = batch();
    const of = (holdControl: boolean) =>
      valueAndGrad((m: E2c) => e2c.loss(m, data, random.key(5), { holdControl, error: 50 }))(model).grads;
    tf.tidy(() => {
      const { B } = e2c.linearize(model, random.normal(random.key(6), [2, 3]), { holdControl: true });
      expect(B.slice([0], [1])).toBeNear(B.slice([1], [1]), {});
      const size = (holdControl: boolean): number =>
        tree
          .leaves(of(holdControl).transition.B)
          .reduce((sum, g) => sum + (g.abs().sum().dataSync()[0] ?? NaN), 0);
      expect(size(true)).toBe(0);
      expect(size(false)).toBeGreaterThan(0);
    });
    tree.dispose([model, data]);
  });

  test("is the same compiled, leaves no tensors, and has finite terms of shape [B]", () => {
    const model = perturbed(form);
    const data = batch();
    const before = tf.memory().numTensors;
    const terms = e2c.terms(model, data, random.key(7));
    const compiled = jit((m: E2c, d: e2c.Transitions) => e2c.terms(m, d, random.key(7)));
    const again = compiled(model, data);
    for (const name of ["reconstruction", "prediction", "kl", "consistency", "error"] as const) {
      expect(terms[name]).toHaveShape([4]);
      expect(again[name]).toBeNear(terms[name], { rel: 1e-4, abs: 1e-4 });
    }
    tree.dispose([terms, again]);
    compiled.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tree.dispose([model, data]);
  });
});

describe("e2c.loss", () => {
  test("is −reconstruction − prediction + KL + λ KL(q̂ ‖ q′) + the term of fixed scale", () => {
    const model = perturbed("full");
    tf.tidy(() => {
      const data = batch();
      const [paper] = e2c.loss(model, data, random.key(8));
      const [ours, t] = e2c.loss(model, data, random.key(8), { kl: 0.1, consistency: 2, error: 50 });
      const value = (x: tf.Tensor): number => x.dataSync()[0] ?? NaN;
      const fit = -value(t.reconstruction) - value(t.prediction);
      const [divergence, consistency, error] = [t.kl, t.consistency, t.error].map(value) as [
        number,
        number,
        number,
      ];
      expect(paper).toBeNear([fit + divergence + 0.25 * consistency], { rel: 1e-5 });
      expect(ours).toBeNear([fit + 0.1 * divergence + 2 * consistency + 50 * error], { rel: 1e-5 });
    });
    tree.dispose(model);
  });

  test("errors name the function, what was expected and what was given", () => {
    const model = perturbed("full");
    const data = batch();
    const wrong = tf.zeros([4, 5]);
    const before = tf.memory().numTensors;
    const key = random.key(0);
    expect(() => e2c.loss(model, { ...data, x: wrong }, key)).toThrow(
      /^e2c.terms: x must be \[B, D=6\], got \[4, 5\]/,
    );
    expect(() => e2c.loss(model, { ...data, u: wrong }, key)).toThrow(/^e2c.terms: u must be \[B, A=2\]/);
    expect(() => e2c.loss(model, data, key, { error: -1 })).toThrow(
      "e2c.loss: error must be a finite number >= 0, got -1",
    );
    expect(() => e2c.linearize(model, wrong)).toThrow(/^e2c.linearize: z must be \[B, Z=3\]/);
    expect(() => e2c.next(model, wrong, wrong)).toThrow(/^e2c.next: u must be \[B, A=2\]/);
    expect(tf.memory().numTensors).toBe(before);
    tree.dispose([model, data, wrong]);
  });

  test("the bound is exact on a linear-Gaussian system whose posterior the encoder gives", () => {
    const { model, x, u, next, logJoint } = linearGaussian();
    const rows = 4000;
    const repeat = (values: readonly number[]): tf.Tensor => tf.tensor2d([[...values]]).tile([rows, 1]);
    tf.tidy(() => {
      const t = e2c.terms(model, { x: repeat(x), u: repeat(u), next: repeat(next) }, random.key(9));
      const { mean, variance } = tf.moments(t.reconstruction.add(t.prediction).sub(t.kl));
      const error = Math.sqrt((variance.dataSync()[0] ?? NaN) / rows);
      expect(error).toBeLessThan(0.05); // so that six standard errors are small beside the divergence
      expect(Math.abs((mean.dataSync()[0] ?? NaN) - logJoint())).toBeLessThan(6 * error);
      expect(t.kl.dataSync()[0]).toBeGreaterThan(1);
    });
    tree.dispose(model);
  });

  test("falls in training, in two phases of one run", async () => {
    const start = e2c.init(random.key(10), { ...sizes, form: "global" });
    const data = batch(64);
    const losses: number[] = [];
    const common = { data, batchSize: 32, optimizer: adam({ learningRate: 1e-2 }), key: random.key(11) };
    const phase = (holdControl: boolean) => ({
      loss: (m: E2c, d: e2c.Transitions, key: random.Key) => e2c.loss(m, d, key, { holdControl, error: 1 }),
      every: 20,
      stepsPerCall: 1, // one graph less to compile
      report: ({ metrics }: { metrics: Readonly<Record<string, number>> }) => {
        if (metrics["loss"] !== undefined) losses.push(metrics["loss"]);
      },
    });
    const first = await fit({ ...common, ...phase(true), params: start, steps: 40 });
    const second = await fit({ ...common, ...phase(false), params: start, resume: first, steps: 80 });
    expect(losses.at(-1)).toBeLessThan(losses[0] ?? NaN);
    tf.tidy(() => {
      const [a, b] = [first, second].map(({ state }) => e2c.linearize(state.params, tf.zeros([1, 3])).B);
      const held = e2c.linearize(first.state.params, tf.zeros([1, 3]), { holdControl: true }).B;
      expect(held).toBeNear([0.5, 0, 0, 0.5, 0, 0], {});
      expect(a).not.toBeNear(b as tf.Tensor, { abs: 1e-4 });
    });
    tree.dispose([start, data, first.state, second.state]);
  });

  describe("on other backends", () => {
    afterEach(goHome);
    test.each(others)("gives the same on %s", async (backend) => {
      const value = (): readonly number[] =>
        tf.tidy(() => {
          const model = perturbed("full");
          const [total] = e2c.loss(model, batch(), random.key(12), { error: 50 });
          const numbers = Array.from(total.dataSync());
          tree.dispose(model);
          return numbers;
        });
      const here = value();
      await useBackend(backend);
      const there = value();
      // sums of some hundred terms in float32
      expect(Math.abs((there[0] ?? NaN) / (here[0] ?? NaN) - 1)).toBeLessThan(1e-4);
    });
  });
});
