import { random, tf, tree, valueAndGrad } from "latent";
import { independent, klStdNormal, normal } from "latent/distributions";
import { convVae, type ConvVae, type ConvVaeOptions } from "latent/models";
import { describe, expect, test } from "vitest";
import { fixture } from "../../support/fixtures";

interface Case {
  readonly likelihood: "bernoulli" | "gaussian";
  readonly channels: number;
  readonly pixelSigma: "pixel" | "shared";
  readonly sigmaFloor: number;
  readonly x: number[][][][];
  readonly epsilon: number[][];
  readonly mu: number[][];
  readonly sigma: number[][];
  readonly mean: number[][][][];
  readonly reconstruction: number[];
  readonly kl: number[];
  /** For the leaf at each place, Σ_i g_i cos(i) of the gradient of the images' bounds together. */
  readonly gradients: Readonly<Record<string, number>>;
}
const torch = fixture("conv_vae") as { side: number; latent: number; width: number; cases: readonly Case[] };

/** A tensor of 0.4 sin(1.3 place + 0.7 i), the formula of the script that makes the fixture. */
function wave<T extends tf.Tensor>(place: number, like: T): T {
  return tf.tensor(
    Array.from({ length: like.size }, (_, i) => 0.4 * Math.sin(1.3 * place + 0.7 * i)),
    like.shape,
  ) as T;
}

function waving({ likelihood, channels, sigmaFloor, pixelSigma }: Case): ConvVae {
  const { side, latent, width } = torch;
  return tree.tidy(() => {
    const options = { side, latent, width, likelihood, channels, sigmaFloor, sigma: pixelSigma };
    const { encoder, decoder } = convVae.init(random.key(0), options);
    const filled = <L extends { weights: tf.Tensor; bias: tf.Tensor }>(layer: L, place: number): L => ({
      ...layer,
      weights: wave(place, layer.weights),
      bias: wave(place + 1, layer.bias),
    });
    return {
      encoder: {
        ...encoder,
        convs: encoder.convs.map((layer, i) => filled(layer, 10 + 2 * i)),
        mu: filled(encoder.mu, 20),
        logSigma: filled(encoder.logSigma, 22),
      },
      decoder: {
        ...decoder,
        body: filled(decoder.body, 30),
        convs: decoder.convs.map((layer, i) => filled(layer, 40 + 2 * i)),
        ...(decoder.rawSigma === undefined ? {} : { rawSigma: wave(50, decoder.rawSigma) }),
      },
    };
  });
}

describe.each(torch.cases)("convVae with $likelihood pixels and $pixelSigma σ", (expected) => {
  // Sums of at most 8 · 8 · 3 terms below 10 after layers of up to 64 products each, in float32: 200
  // roundings of 6e-8 of 10.
  const tolerance = { abs: 1.2e-4, rel: 1e-5 };

  test("encoder, decoder and KL agree with PyTorch", () => {
    const model = waving(expected);
    tf.tidy(() => {
      const x = tf.tensor4d(expected.x);
      const q = convVae.encode(model.encoder, x);
      expect([q.batchShape, q.eventShape]).toEqual([[3], [2]]);
      expect(q.base.mu).toBeNear(expected.mu.flat(), { abs: 1e-5 });
      expect(q.base.sigma).toBeNear(expected.sigma.flat(), { abs: 1e-5 });
      expect(klStdNormal(q)).toBeNear(expected.kl, { abs: 1e-5 });
      const z = q.base.mu.add(q.base.sigma.mul(tf.tensor2d(expected.epsilon)));
      const p = convVae.decode(model.decoder, z);
      expect([p.batchShape, p.eventShape]).toEqual([[3], [8, 8, expected.channels]]);
      expect(p.mean()).toBeNear(expected.mean.flat(3), { abs: 1e-5 });
      expect(p.logProb(x)).toBeNear(expected.reconstruction, tolerance);
    });
    tree.dispose(model);
  });

  test("gradients agree with PyTorch", () => {
    const model = waving(expected);
    tf.tidy(() => {
      const x = tf.tensor4d(expected.x);
      const bound = ({ encoder, decoder }: ConvVae): tf.Scalar => {
        const q = convVae.encode(encoder, x);
        const z = q.base.mu.add(q.base.sigma.mul(tf.tensor2d(expected.epsilon)));
        return convVae.decode(decoder, z).logProb(x).sub(klStdNormal(q)).sum();
      };
      const { grads } = valueAndGrad(bound)(model);
      const { encoder, decoder } = grads;
      const layers = {
        ...Object.fromEntries(encoder.convs.map((layer, i) => [10 + 2 * i, layer])),
        20: encoder.mu,
        22: encoder.logSigma,
        30: decoder.body,
        ...Object.fromEntries(decoder.convs.map((layer, i) => [40 + 2 * i, layer])),
      };
      const gradients = Object.entries(layers).flatMap(([place, { weights, bias }]) => [
        [Number(place), weights] as const,
        [Number(place) + 1, bias] as const,
      ]);
      const shared = decoder.rawSigma === undefined ? [] : [[50, decoder.rawSigma] as const];
      for (const [place, gradient] of [...gradients, ...shared]) {
        const projection = gradient.flatten().mul(tf.range(0, gradient.size).cos()).sum();
        const scale = gradient.norm().arraySync() as number;
        // Sums of up to 200 products, three to seven layers deep, in float32: 100 roundings of the gradient's
        // size.
        expect(projection).toBeNear([expected.gradients[String(place)] ?? NaN], {
          abs: 1e-5 * scale + 1e-6,
        });
      }
    });
    tree.dispose(model);
  });

  test("elboTerms and logWeights agree with the definitions, and return only their results", () => {
    const model = waving(expected);
    const x = tf.tensor4d(expected.x);
    const key = random.key(3);
    const before = tf.memory().numTensors;
    const terms = convVae.elboTerms(model, x, key);
    const weights = convVae.logWeights(model, x, key, 2);
    expect(tf.memory().numTensors).toBe(before + 4);
    expect(weights).toHaveShape([2, 3]);
    tf.tidy(() => {
      const q = convVae.encode(model.encoder, x);
      const reconstruction = convVae.decode(model.decoder, q.sample(key)).logProb(x);
      expect(terms.reconstruction).toBeNear(reconstruction, tolerance);
      expect(terms.elbo).toBeNear(reconstruction.sub(klStdNormal(q)), tolerance);
      const z = q.sample(key, [2]);
      for (const k of [0, 1]) {
        const draw = tf.gather(z, k);
        const prior = draw
          .square()
          .sum(1)
          .mul(-0.5)
          .sub(Math.log(2 * Math.PI)); // Z = 2
        const logWeight = convVae.decode(model.decoder, draw).logProb(x).add(prior).sub(q.logProb(draw));
        expect(tf.gather(weights, k)).toBeNear(logWeight, tolerance);
      }
    });
    tree.dispose([model, x, terms, weights]);
  });
});

describe("convVae", () => {
  test("sample and reconstruct return images [n, S, S, C]", () => {
    const model = convVae.init(random.key(1), { latent: 4, side: 16, width: 2 });
    const before = tf.memory().numTensors;
    const drawn = convVae.sample(model, random.key(2), 5);
    const again = convVae.reconstruct(model, drawn);
    expect([drawn.shape, again.shape]).toEqual([
      [5, 16, 16, 3],
      [5, 16, 16, 3],
    ]);
    expect(tf.memory().numTensors).toBe(before + 2);
    expect(convVae.latentSize(model.encoder)).toBe(4);
    tree.dispose([model, drawn, again]);
  });

  test("takes another prior, in the bound, the weights and the draws", () => {
    const model = convVae.init(random.key(1), { latent: 2, side: 16, width: 2 });
    const x = random.uniform(random.key(2), [3, 16, 16, 3]);
    const key = random.key(3);
    const [centre, width] = [0.5, 2];
    const prior = independent(normal(tf.fill([2], centre), width));
    const { mu, sigma } = convVae.encode(model.encoder, x).base; //               [3, 2] each
    // KL(N(μ, σ²) ‖ N(m, τ²)) = log τ/σ + (σ² + (μ − m)²) / 2τ² − 1/2, for each of two numbers
    const divergence = sigma
      .square()
      .add(mu.sub(centre).square())
      .div(2 * width ** 2)
      .sub(sigma.log())
      .add(Math.log(width) - 0.5)
      .sum(-1);
    const [plain, given] = [convVae.elboTerms(model, x, key), convVae.elboTerms(model, x, key, { prior })];
    expect(given.kl).toBeNear(divergence, { rel: 1e-5 });
    expect(given.reconstruction).toBeNear(plain.reconstruction, {});
    expect(convVae.elbo(model, x, key, { prior })).toBeNear(given.elbo, {});
    const weights = convVae.logWeights(model, x, key, 2, { prior });
    expect(
      weights
        .sub(convVae.logWeights(model, x, key, 2))
        .abs()
        .max()
        .dataSync()[0],
    ).toBeGreaterThan(0.1);
    const z = random.normal(key, [4, 2]).mul(width).add(centre);
    expect(convVae.sample(model, key, 4, { prior })).toBeNear(convVae.decodeMean(model.decoder, z), {
      abs: 1e-6,
    });
    const other = independent(normal(tf.zeros([3]), 1));
    for (const call of [
      () => convVae.elbo(model, x, key, { prior: other }),
      () => convVae.logWeights(model, x, key, 2, { prior: other }),
      () => convVae.sample(model, key, 2, { prior: other }),
    ])
      expect(call).toThrow("convVae: prior must be over vectors [2], got over [3]");
  });

  test.each<[Partial<ConvVaeOptions>, string]>([
    [{ latent: 0 }, "convVae.init: latent must be a positive integer, got 0"],
    [{ side: 60 }, "convVae.init: side must be a multiple of 8, such as 64, got 60"],
    [{ channels: 1.5 }, "convVae.init: channels must be a positive integer, got 1.5"],
    [{ sigmaFloor: 0 }, "convVae.init: sigmaFloor must be a positive finite number, got 0"],
  ])("init throws for %o", (change, message) => {
    expect(() => convVae.init(random.key(0), { latent: 2, ...change })).toThrow(message);
  });

  test("errors name the function that was called, the expected shape and the remedy", () => {
    const model = convVae.init(random.key(0), { latent: 2, width: 1 });
    const [small, z, key] = [tf.zeros([2, 28, 28, 3]), tf.zeros([2, 3]), random.key(0)];
    const callsOnImages = {
      elboTerms: () => convVae.elboTerms(model, small, key),
      elbo: () => convVae.elbo(model, small, key),
      logWeights: () => convVae.logWeights(model, small, key, 2),
      reconstruct: () => convVae.reconstruct(model, small),
      encode: () => convVae.encode(model.encoder, small),
    };
    for (const [name, call] of Object.entries(callsOnImages))
      expect(call).toThrow(
        `convVae.${name}: x must be [B, 64, 64, 3], got [2, 28, 28, 3]; use x.reshape([-1, 64, 64, 3]), ` +
          "or tf.image.resizeBilinear for images of a different size",
      );
    const callsOnLatents = {
      decode: () => convVae.decode(model.decoder, z),
      decodeMean: () => convVae.decodeMean(model.decoder, z),
    };
    for (const [name, call] of Object.entries(callsOnLatents))
      expect(call).toThrow(`convVae.${name}: z must be [B, Z=2], got [2, 3]; use z.reshape([-1, 2])`);
    expect(() => convVae.sample(model, key, 0)).toThrow(
      "convVae.sample: n must be a positive integer, got 0",
    );
    expect(() => convVae.logWeights(model, tf.zeros([1, 64, 64, 3]), random.key(0), 0)).toThrow(
      "convVae.logWeights: draws must be a positive integer, got 0",
    );
  });
});
