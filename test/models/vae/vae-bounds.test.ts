/** Compares the bounds of a VAE with log p(x) by quadrature over z, in one and two latent dimensions. */
import { random, tf, tree, valueAndGrad } from "latent";
import { importanceBound } from "latent/inference";
import { vae } from "latent/models";
import { describe, expect, test } from "vitest";
import { elboAt, grid, integral, logJoint, logQ, toDoubles, type Numbers } from "./reference";
import { dot, imagesFor, linearVae, smallVae } from "./small-vae";

const cases = (["bernoulli", "gaussian"] as const).flatMap((likelihood) =>
  [1, 2].map((latent) => ({ likelihood, latent })),
);

function gridOf(latent: number, finer = 1): ReturnType<typeof grid> {
  return grid(latent, 16, (latent === 1 ? 0.02 : 0.15) / finer);
}

function logEvidence(numbers: Numbers, x: number[], nodes: ReturnType<typeof grid>): number {
  return Math.log(integral(nodes, (z) => Math.exp(logJoint(numbers, x, z))));
}

function meanAndError(x: ArrayLike<number>): { mean: number; error: number } {
  const values = Array.from(x);
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, error: Math.sqrt(variance / values.length) };
}

function repeated(x: number[], rows: number): tf.Tensor2D {
  return tf.tidy(() => tf.tile(tf.tensor2d([x]), [rows, 1]));
}

describe.each(cases)("vae with a $likelihood decoder and Z = $latent", ({ likelihood, latent }) => {
  const images = imagesFor(likelihood);

  test("quadrature over z has converged", () => {
    const model = smallVae(likelihood, latent);
    const numbers = toDoubles(model);
    const [x = []] = images;
    const fine = logEvidence(numbers, x, gridOf(latent, 2));
    expect(logEvidence(numbers, x, gridOf(latent))).toBeNear(fine, { abs: 1e-9 });
    expect(integral(gridOf(latent), (z) => Math.exp(logQ(numbers, x, z)))).toBeNear(1, { abs: 1e-9 });
    tree.dispose(model);
  });

  test("ELBO + KL(q(z|x) ‖ p(z|x)) equals log p(x)", () => {
    const model = smallVae(likelihood, latent);
    const numbers = toDoubles(model);
    const nodes = gridOf(latent);
    for (const x of images) {
      const evidence = logEvidence(numbers, x, nodes);
      const gap = integral(nodes, (z) => {
        const q = logQ(numbers, x, z);
        return Math.exp(q) * (q - logJoint(numbers, x, z) + evidence); // q log q / p(z|x)
      });
      const elbo = tf.tidy(() => {
        const row = tf.tensor2d([x]);
        const z = tf.tensor2d(nodes.nodes);
        const q = vae.encode(model.encoder, row).logProb(z.expandDims(1)).dataSync();
        const logLikelihood = vae.decode(model.decoder, z).logProb(row).dataSync();
        const kl = vae.elboTerms(model, row, random.key(0)).kl.dataSync()[0] ?? NaN;
        return integral(nodes, (_, i) => Math.exp(q[i] ?? NaN) * (logLikelihood[i] ?? NaN)) - kl;
      });
      // Where q has its mass, log p(x|z) and log q are numbers up to 30, accurate to 10⁻⁶ in float32.
      expect(elbo + gap).toBeNear(evidence, { abs: 1e-4 });
      expect(gap).toBeGreaterThan(0.01);
      expect(elbo).toBeLessThan(evidence);
    }
    tree.dispose(model);
  });

  test("the mean of elboTerms over draws equals the ELBO", () => {
    const model = smallVae(likelihood, latent);
    const numbers = toDoubles(model);
    const nodes = gridOf(latent);
    const [x = []] = images;
    const expected = integral(nodes, (z) => {
      const q = logQ(numbers, x, z);
      return Math.exp(q) * (logJoint(numbers, x, z) - q);
    });
    tf.tidy(() => {
      const terms = vae.elboTerms(model, repeated(x, 20_000), random.key(3));
      const { mean, error } = meanAndError(terms.elbo.dataSync());
      expect(mean).toBeWithinStandardErrors(expected, error);
      expect(terms.elbo).toBeNear(terms.reconstruction.sub(terms.kl), {});
      expect(vae.elbo(model, repeated(x, 20_000), random.key(3))).toBeNear(terms.elbo, {});
    });
    tree.dispose(model);
  });

  test("the importance-weighted bound converges to log p(x)", () => {
    const model = smallVae(likelihood, latent);
    const numbers = toDoubles(model);
    const nodes = gridOf(latent);
    const draws = 20_000;
    tf.tidy(() => {
      const bounds = importanceBound(
        (x, key, count) => vae.logWeights(model, x, key, count),
        tf.tensor2d(images),
        random.key(4),
        { draws },
      );
      const evidence = images.map((x) => logEvidence(numbers, x, nodes));
      const errors = images.map((x, i) => {
        // The standard error of log (1/K) Σ w is √(Var[w] / K) / p(x), with E[w²] = ∫ p(x, z)² / q(z|x) dz;
        // the bias, Var / 2K, is far smaller.
        const square = integral(nodes, (z) => Math.exp(2 * logJoint(numbers, x, z) - logQ(numbers, x, z)));
        return Math.sqrt((square / Math.exp(2 * (evidence[i] ?? NaN)) - 1) / draws);
      });
      expect(bounds).toBeWithinStandardErrors(evidence, errors);
      expect(Math.max(...errors)).toBeLessThan(0.05);
    });
    tree.dispose(model);
  });

  test("the importance-weighted bound increases with K and stays below log p(x)", () => {
    const model = smallVae(likelihood, latent);
    const [x = []] = images;
    const evidence = logEvidence(toDoubles(model), x, gridOf(latent));
    const bounds = [1, 4, 16, 64].map((draws) =>
      tf.tidy(() =>
        meanAndError(
          importanceBound(
            (rows, key, count) => vae.logWeights(model, rows, key, count),
            repeated(x, 4000),
            random.key(draws),
            { draws },
          ).dataSync(),
        ),
      ),
    );
    bounds.forEach(({ mean, error }, i) => {
      expect(mean).toBeLessThan(evidence + 6 * error);
      const next = bounds[i + 1];
      if (next) expect(next.mean).toBeGreaterThan(mean - 6 * Math.hypot(error, next.error));
    });
    const [first, last] = [bounds.at(0), bounds.at(-1)];
    expect((last?.mean ?? NaN) - (first?.mean ?? NaN)).toBeGreaterThan(0.01);
    tree.dispose(model);
  });

  test("the gradient of elbo agrees with finite differences in double precision", () => {
    const model = smallVae(likelihood, latent);
    const numbers = toDoubles(model);
    const key = random.key(5);
    const x = tf.tensor2d(images);
    const noise = tf.tidy(() => random.normal(key, [images.length, latent]).arraySync() as number[][]);
    const total = (): number =>
      images.reduce((sum, image, i) => sum + elboAt(numbers, image, noise[i] ?? []), 0);
    const { value, grads } = valueAndGrad((params: typeof model) => vae.elbo(params, x, key).sum())(model);
    expect(value).toBeNear(total(), { rel: 2e-6 });
    for (const [path, gradient] of tree.entries(grads)) {
      const values = numbers.get(path) ?? new Float64Array();
      const step = 1e-5; // central differences have an error of order 10⁻¹⁰
      const expected = values.map((start, i) => {
        const at = (shift: number): number => {
          values[i] = start + shift;
          return total();
        };
        const slope = (at(step) - at(-step)) / (2 * step);
        values[i] = start;
        return slope;
      });
      const size = Math.max(1, ...expected.map(Math.abs));
      // Sums of some 3 · 5 · 3 products in float32.
      expect(gradient).toBeNear(expected, { abs: 45 * 2 ** -23 * size });
    }
    tree.dispose([model, value, grads, x]);
  });
});

describe("vae with linear networks and the exact posterior as encoder", () => {
  const images = [
    [0.5, -0.25, 1],
    [2, 1, 0],
    [-1, -3, 2.5],
  ];

  test("every importance weight equals p(x)", () => {
    const { model, logEvidence: exact } = linearVae();
    const expected = images.map(exact);
    tf.tidy(() => {
      const x = tf.tensor2d(images);
      const weights = vae.logWeights(model, x, random.key(1), 11);
      expect(weights).toHaveShape([11, 3]);
      // log p(x|z), log p(z) and log q(z|x) are sums of squares up to 40, rounded some ten times at 2⁻²⁴.
      const abs = 3 * 10 * 40 * 2 ** -24;
      for (const row of tf.unstack(weights)) expect(row).toBeNear(expected, { abs });
      const bound = importanceBound((rows, key, k) => vae.logWeights(model, rows, key, k), x, random.key(2), {
        draws: 7,
      });
      expect(bound).toBeNear(expected, { abs });
    });
    tree.dispose(model);
  });

  test("reconstruct returns W E[z|x] + b, and samples have the covariance W Wᵀ", () => {
    const { model, columns, b, s } = linearVae();
    const [first = [], second = []] = columns;
    tf.tidy(() => {
      const expected = images.flatMap((x) => {
        const r = x.map((v, i) => v - (b[i] ?? NaN));
        const [z1, z2] = [first, second].map((w) => dot(w, r) / (s ** 2 + dot(w, w))) as [number, number];
        return b.map((v, i) => v + z1 * (first[i] ?? NaN) + z2 * (second[i] ?? NaN));
      });
      expect(vae.reconstruct(model, tf.tensor2d(images))).toBeNear(expected, { abs: 2e-6 }); // values below 4
      const n = 10_000;
      const samples = vae.sample(model, random.key(6), n);
      expect(samples).toHaveShape([n, 3]);
      const centred = samples.sub<tf.Tensor2D>(tf.tensor1d(b));
      const covariance = centred.transpose().matMul(centred).div(n);
      const exact = b.map((_, i) =>
        b.map((__, j) => dot([first[i] ?? 0, second[i] ?? 0], [first[j] ?? 0, second[j] ?? 0])),
      );
      // Var[x_i x_j] = Σ_ii Σ_jj + Σ_ij² for normal x
      const errors = exact.flatMap((row, i) =>
        row.map((c, j) => Math.sqrt(((exact[i]?.[i] ?? NaN) * (exact[j]?.[j] ?? NaN) + c ** 2) / n)),
      );
      expect(covariance).toBeWithinStandardErrors(exact.flat(), errors);
    });
    tree.dispose(model);
  });
});
