import { random, tf, tree, useBackend } from "latent";
import { binarize } from "latent/data";
import { categorical, independent, mixtureSameFamily, normal } from "latent/distributions";
import { vae, type Vae } from "latent/models";
import { afterEach, describe, expect, test } from "vitest";
import { encoded, logLikelihood, toDoubles } from "./reference";
import { imagesFor, smallVae } from "./small-vae";

const sizes = { data: 13, hidden: [7, 5], latent: 3 } as const;

describe("vae.init", () => {
  test("gives the decoder the encoder's hidden layers in reverse order", () => {
    const model = vae.init(random.key(0), sizes);
    expect(tree.summary(model).split("\n")).toEqual([
      "decoder.hidden.layers.0.bias float32 [5]",
      "decoder.hidden.layers.0.weights float32 [3, 5]",
      "decoder.hidden.layers.1.bias float32 [7]",
      "decoder.hidden.layers.1.weights float32 [5, 7]",
      "decoder.logits.bias float32 [13]",
      "decoder.logits.weights float32 [7, 13]",
      "encoder.hidden.layers.0.bias float32 [7]",
      "encoder.hidden.layers.0.weights float32 [13, 7]",
      "encoder.hidden.layers.1.bias float32 [5]",
      "encoder.hidden.layers.1.weights float32 [7, 5]",
      "encoder.logSigma.bias float32 [3]",
      "encoder.logSigma.weights float32 [5, 3]",
      "encoder.mu.bias float32 [3]",
      "encoder.mu.weights float32 [5, 3]",
    ]);
    expect(vae.latentSize(model.encoder)).toBe(3);
    tree.dispose(model);
  });

  test("gives a Gaussian decoder separate heads for means and standard deviations", () => {
    const { encoder, decoder } = vae.init(random.key(0), { ...sizes, likelihood: "gaussian" });
    if (decoder.likelihood !== "gaussian") throw new Error("expected a Gaussian decoder");
    expect(decoder.mu.weights).toHaveShape([7, 13]);
    expect(decoder.rawSigma.weights).toHaveShape([7, 13]);
    expect(decoder.mu.weights).not.toBeNear(decoder.rawSigma.weights, { abs: 1e-3 });
    tree.dispose([encoder, decoder]);
  });

  test("returns the same parameters for the same key", () => {
    const [a, again, other] = [1, 1, 2].map((seed) => vae.init(random.key(seed), sizes));
    const flat = (model: Vae | undefined): tf.Tensor =>
      tf.tidy(() => tf.concat(tree.leaves(model).map((leaf) => leaf.flatten())));
    const [x, y, z] = [flat(a), flat(again), flat(other)];
    expect(x).toBeNear(y, {});
    expect(x).not.toBeNear(z, { abs: 1e-3 });
    tree.dispose([a, again, other, x, y, z]);
  });

  test.each<[Partial<vae.VaeOptions>, string]>([
    [{ data: 0 }, "vae.init: data must be a positive integer, got 0"],
    [{ latent: 1.5 }, "vae.init: latent must be a positive integer, got 1.5"],
    [{ hidden: [] }, "vae.init: hidden must have at least one layer, such as [400], got []"],
    [{ hidden: [7, 0] }, "vae.init: hidden[1] must be a positive integer, got 0"],
  ])("throws for %o and creates no tensors", (change, message) => {
    const before = tf.memory().numTensors;
    expect(() => vae.init(random.key(0), { ...sizes, ...change })).toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe.each(["bernoulli", "gaussian"] as const)("vae with a %s decoder", (likelihood) => {
  const images = imagesFor(likelihood);

  test("encode and decode agree with a double-precision reference", () => {
    const model = smallVae(likelihood, 2);
    const numbers = toDoubles(model);
    tf.tidy(() => {
      const q = vae.encode(model.encoder, tf.tensor2d(images));
      const expected = images.map((x) => encoded(numbers, x));
      expect([q.batchShape, q.eventShape]).toEqual([[3], [2]]);
      expect(q.base.mu).toBeNear(
        expected.flatMap(({ mu }) => mu),
        { abs: 5e-6 },
      ); // values below 5, ten roundings
      expect(q.base.sigma).toBeNear(
        expected.flatMap(({ sigma }) => sigma),
        { abs: 5e-6 },
      );
      const z = [
        [0.5, -1],
        [2, 0.3],
        [-1, -1],
      ];
      const p = vae.decode(model.decoder, tf.tensor2d(z));
      expect([p.batchShape, p.eventShape]).toEqual([[3], [5]]);
      const logProbs = images.map((x, i) => logLikelihood(numbers, x, z[i] ?? []));
      expect(p.logProb(tf.tensor2d(images))).toBeNear(logProbs, { rel: 1e-5, abs: 1e-5 });
    });
    tree.dispose(model);
  });

  test("reconstruct decodes the encoder's mean; sample decodes draws from the prior", () => {
    const model = smallVae(likelihood, 2);
    tf.tidy(() => {
      const x = tf.tensor2d(images);
      const mean = vae.decode(model.decoder, vae.encode(model.encoder, x).mean()).mean();
      expect(vae.reconstruct(model, x)).toBeNear(mean, {});
      const z = random.normal(random.key(1), [11, 2]);
      const samples = vae.sample(model, random.key(1), 11);
      expect(samples).toHaveShape([11, 5]);
      expect(samples).toBeNear(vae.decodeMean(model.decoder, z), {});
    });
    tree.dispose(model);
  });

  test("errors name the function that was called, the expected shape and the remedy", () => {
    const model = smallVae(likelihood, 2);
    const [square, wide, z] = [tf.zeros([4, 5, 1]), tf.zeros([4, 6]), tf.zeros([4, 3])];
    const key = random.key(0);
    const callsOnImages = {
      elboTerms: () => vae.elboTerms(model, wide, key),
      elbo: () => vae.elbo(model, wide, key),
      logWeights: () => vae.logWeights(model, wide, key, 2),
      reconstruct: () => vae.reconstruct(model, wide),
      encode: () => vae.encode(model.encoder, wide),
    };
    for (const [name, call] of Object.entries(callsOnImages))
      expect(call).toThrow(`vae.${name}: x must be [B, D=5], got [4, 6]; use x.reshape([-1, 5])`);
    expect(() => vae.elboTerms(model, square, key)).toThrow(
      "vae.elboTerms: x must be [B, D=5], got [4, 5, 1]; use x.reshape([-1, 5])",
    );
    const callsOnLatents = {
      decode: () => vae.decode(model.decoder, z),
      decodeMean: () => vae.decodeMean(model.decoder, z),
    };
    for (const [name, call] of Object.entries(callsOnLatents))
      expect(call).toThrow(`vae.${name}: z must be [B, Z=2], got [4, 3]; use z.reshape([-1, 2])`);
    expect(() => vae.logWeights(model, tf.zeros([4, 5]), key, 0)).toThrow(
      "vae.logWeights: draws must be a positive integer, got 0",
    );
    expect(() => vae.sample(model, key, 0)).toThrow("vae.sample: n must be a positive integer, got 0");
    tree.dispose([model, square, wide, z]);
  });

  test("functions create no tensors besides their results", () => {
    const model = smallVae(likelihood, 2);
    const x = tf.tensor2d(images);
    const z = tf.zeros([3, 2]);
    const key = random.key(0);
    expect(() => vae.encode(model.encoder, x)).toLeaveTensors(2);
    expect(() => vae.decode(model.decoder, z)).toLeaveTensors(likelihood === "bernoulli" ? 1 : 2);
    expect(() => vae.elboTerms(model, x, key)).toLeaveTensors(3);
    expect(() => vae.elbo(model, x, key)).toLeaveTensors(1);
    expect(() => vae.logWeights(model, x, key, 4)).toLeaveTensors(1);
    expect(() => vae.sample(model, key, 2)).toLeaveTensors(1);
    expect(() => vae.reconstruct(model, x)).toLeaveTensors(1);
    expect(() => vae.decodeMean(model.decoder, z)).toLeaveTensors(1);
    expect(() => vae.standardNormal(3)).toLeaveTensors(2);
    expect(() => smallVae(likelihood, 2)).toLeaveTensors(tree.leaves(model).length);
    tree.dispose([model, x, z]);
  });

  test("elboTerms is finite for extreme means and logits", () => {
    const model = smallVae(likelihood, 2);
    const { encoder, decoder } = tree.map((leaf) => leaf.mul(100), model);
    // |μ| and |η| in the hundreds.
    const extreme = { encoder: { ...encoder, logSigma: model.encoder.logSigma }, decoder };
    const x = tf.tensor2d(images);
    const { elbo, kl } = vae.elboTerms(extreme, x, random.key(0));
    for (const value of [...elbo.dataSync(), ...kl.dataSync()]) expect(value).toSatisfy(Number.isFinite);
    tree.dispose([model, encoder, decoder, x, elbo, kl]);
  });
});

describe("vae", () => {
  afterEach(async () => {
    await useBackend();
  });

  test.each(["wasm", "cpu"])("gives the same numbers on %s", async (name) => {
    const numbers = (): Float32Array =>
      tf.tidy(() => {
        const parts = (["bernoulli", "gaussian"] as const).flatMap((likelihood) => {
          const model = smallVae(likelihood, 2);
          const x = tf.tensor2d(imagesFor(likelihood));
          const { elbo, reconstruction, kl } = vae.elboTerms(model, x, random.key(1));
          return [
            elbo,
            reconstruction,
            kl,
            vae.logWeights(model, x, random.key(2), 5),
            vae.sample(model, random.key(3), 4),
            vae.reconstruct(model, x),
            binarize(x.sigmoid(), random.key(4)),
          ];
        });
        return tf.concat(parts.map((part) => part.flatten())).dataSync<"float32">();
      });
    const best = numbers();
    await useBackend(name);
    // Sums of five terms below 100, each rounded some ten times at 2⁻²⁴.
    expect(numbers()).toBeNear(best, { abs: 3e-5, rel: 1e-5 });
  });
});

describe("another prior", () => {
  const params = vae.init(random.key(1), { data: 5, hidden: [4], latent: 2 });
  const x = tf.tidy(() => random.uniform(random.key(2), [3, 5]).round());
  const key = random.key(3);

  test("that is N(0, I) gives the same bound", () => {
    const prior = independent(normal(tf.zeros([2]), 1));
    const [plain, given] = [vae.elboTerms(params, x, key), vae.elboTerms(params, x, key, { prior })];
    expect(given.elbo).toBeNear(plain.elbo, { abs: 1e-5 });
    expect(given.kl).toBeNear(plain.kl, { abs: 1e-5 });
  });

  test("without a closed form is estimated at the draw, and bounds the same likelihood", () => {
    const prior = mixtureSameFamily(
      categorical(tf.zeros([2])),
      independent(normal(tf.tensor2d([[-0.3, 0], [0.3, 0]]), 0.5)), // prettier-ignore
    );
    const { elbo, reconstruction, kl: divergence } = vae.elboTerms(params, x, key, { prior });
    expect(elbo).toBeNear(reconstruction.sub(divergence), {});
    expect(vae.sample(params, key, 4, { prior })).toHaveShape([4, 5]);

    // log ∫ p(x|z) p(z) dz by the trapezoidal rule, exact to rounding for a density this smooth
    const axis = Array.from({ length: 81 }, (_, i) => -4 + 0.1 * i);
    const z = tf.tensor2d(axis.flatMap((a) => axis.map((b) => [a, b])));
    const logPz = prior.logProb(z).add(Math.log(0.1 * 0.1));
    const logP = tf.stack(
      tf
        .unstack(x)
        .map((row) => vae.decode(params.decoder, z).logProb(row.expandDims(0)).add(logPz).logSumExp()),
    );
    const draws = 16000;
    const weights = vae.logWeights(params, x, key, draws, { prior });
    const relative = weights.sub(logP).exp(); // p(x, z) / q(z|x) p(x), of mean 1
    const errors = tf.moments(relative, 0).variance.div(draws).sqrt().dataSync();
    relative.mean(0).dataSync().forEach((mean, i) => {
      expect(errors[i]).toBeLessThan(0.05);
      expect(Math.abs(mean - 1)).toBeLessThan(4 * (errors[i] ?? NaN));
    }); // prettier-ignore
  });

  test("over vectors of another length is refused", () => {
    const prior = independent(normal(tf.zeros([3]), 1));
    for (const call of [
      () => vae.elboTerms(params, x, key, { prior }),
      () => vae.elbo(params, x, key, { prior }),
      () => vae.logWeights(params, x, key, 2, { prior }),
      () => vae.sample(params, key, 2, { prior }),
    ])
      expect(call).toThrow("vae: prior must be over vectors [2], got over [3]");
  });
});
