import { random, tf, tree, valueAndGrad } from "latent";
import { kl, multivariateNormal, type MultivariateNormal } from "latent/distributions";
import { sequenceVae, type SequenceVae } from "latent/models";
import { afterEach, describe, expect, test } from "vitest";
import { termsAlong } from "../../../lib/models/sequence/bound";
import { applyHead, divergence, draw, initHead } from "../../../lib/models/sequence/parts/gaussian";
import { initReader, initWriter, read, write } from "../../../lib/models/sequence/parts/bodies";
import { unroll } from "../../../lib/models/sequence/posterior";
import { prepare } from "../../../lib/models/sequence/sequences";
import { goHome, others } from "../../support/backends";
import { fixture } from "../../support/fixtures";
import { data, small, toTensors } from "./cases";

interface Case {
  readonly name: string;
  readonly model: unknown;
  readonly data: Readonly<Record<"observations" | "noise", number[][][]>>;
  readonly expected: Readonly<Record<"reconstruction" | "kl", number[][]>> & { readonly z: number[][][] };
}

describe.each((fixture("sequence_vae") as { cases: Case[] }).cases)(
  "the terms agree with NumPy, which takes each sequence by itself: $name",
  ({ model, data: given, expected }) => {
    test("at each time", () => {
      const params = toTensors(model) as SequenceVae;
      tf.tidy(() => {
        const { noise, ...sequences } = toTensors(given) as { noise: tf.Tensor } & sequenceVae.Sequences;
        const prepared = prepare("test", params, sequences);
        const {
          reconstruction,
          kl: cost,
          states,
        } = termsAlong(params, prepared, unroll(params, prepared, noise));
        // float32: values up to some ten from networks with fewer than 20 products of numbers near 1 a layer
        const near = { abs: 2e-5, rel: 2e-6 };
        expect(reconstruction).toBeNear(expected.reconstruction.flat(), near);
        expect(cost).toBeNear(expected.kl.flat(), near);
        const inside = (x: tf.Tensor): tf.Tensor => (prepared.mask ? x.mul(prepared.mask.expandDims(2)) : x);
        expect(inside(states.z)).toBeNear(expected.z.flat(2), near);
      });
      tree.dispose(params);
    });
  },
);

describe("a head with a full covariance", () => {
  test("has a lower triangular factor with a positive diagonal, and its draws are μ + L ε", () => {
    const head = initHead("test", random.key(0), [4, 3], {
      covariance: "full",
      hidden: [5],
      sigmaFloor: 0.2,
    });
    tf.tidy(() => {
      const q = applyHead(head, random.normal(random.key(1), [6, 4])) as MultivariateNormal;
      const [first = []] = q.scaleTril.arraySync() as number[][][];
      expect([first[0]?.[1], first[0]?.[2], first[1]?.[2]]).toEqual([0, 0, 0]);
      for (const i of [0, 1, 2]) expect(first[i]?.[i]).toBeGreaterThan(0.2);
      expect([first[1]?.[0], first[2]?.[0], first[2]?.[1]].every((x) => x !== 0)).toBe(true);
      const noise = random.normal(random.key(2), [6, 3]);
      const expected = tf.matMul(q.scaleTril, noise.expandDims(2)).squeeze([2]).add(q.mu);
      // sums of four numbers near 1
      expect(draw(q, noise)).toBeNear(expected, { abs: 1e-6 });
    });
    tree.dispose(head);
  });

  test("the divergence of a diagonal from a full covariance is that of two full ones", () => {
    const [a, b] = [{}, { covariance: "full" } as const].map((options, i) =>
      initHead("test", random.key(i), [4, 3], { hidden: [5], ...options }),
    ) as [ReturnType<typeof initHead>, ReturnType<typeof initHead>];
    tf.tidy(() => {
      const x = random.normal(random.key(3), [6, 4]);
      const [q, p] = [applyHead(a, x), applyHead(b, x)];
      const diagonal = multivariateNormal(q.mean(), q.variance().sqrt().expandDims(2).mul(tf.eye(3)));
      expect(divergence(q, p)).toBeNear(kl(diagonal, p), { rel: 1e-6 });
      expect(divergence(p, q)).toBeNear(kl(p, diagonal), { rel: 1e-6 });
    });
    tree.dispose([a, b]);
  });
});

const networks = ["gru", "lstm", "transformer"] as const;
const visible = {
  current: (t: number, s: number) => t === s,
  past: (t: number, s: number) => s <= t,
  future: (t: number, s: number) => s >= t,
  all: () => true,
};

describe.each(networks)("an encoder by %s", (network) => {
  test.each(["current", "past", "future", "all"] as const)("sees only the %s observations", (sees) => {
    const model = small({ encoder: { network, sees, previous: false } });
    const [steps, changed] = [6, 2];
    tf.tidy(() => {
      const given = data(steps);
      const bump = tf.oneHot([changed], steps).cast("float32").reshape([steps, 1, 1]);
      const other = { ...given, observations: given.observations.add(bump) };
      const means = [given, other].map((d) => sequenceVae.infer(model, d, random.key(2)).q.mean());
      const change = (means[0] as tf.Tensor)
        .sub(means[1] as tf.Tensor)
        .abs()
        .max([1, 2])
        .dataSync();
      for (let t = 0; t < steps; t++)
        expect((change[t] ?? NaN) > 1e-6, `q(z_${t}) depends on o_${changed}`).toBe(
          visible[sees](t, changed),
        );
    });
    tree.dispose(model);
  });

  test.each(["past", "all"] as const)("what is behind the end does not count, given the %s", (sees) => {
    const model = small({ encoder: { network, sees } });
    tf.tidy(() => {
      const given = data(6);
      const lengths = tf.tensor1d([6, 2, 4], "int32");
      const noise = random.normal(random.key(4), [6, 3, 2]);
      const along = (d: sequenceVae.Sequences, epsilon: tf.Tensor) => {
        const prepared = prepare("test", model, d);
        return termsAlong(model, prepared, unroll(model, prepared, epsilon));
      };
      const padded = along({ ...given, lengths }, noise);
      for (const [b, length] of [6, 2, 4].entries()) {
        const cut = (x: tf.Tensor): tf.Tensor => tf.slice(x, [0, b, 0], [length, 1, -1]);
        const alone = along(tree.map(cut, given), cut(noise));
        for (const name of ["reconstruction", "kl"] as const) {
          const row = tf.slice(padded[name], [0, b], [-1, 1]).squeeze<tf.Tensor>([1]);
          const expected = alone[name].squeeze<tf.Tensor>([1]).pad([[0, 6 - length]]);
          // the same sums in another order; a transformer adds exact zeros for what is masked
          expect(row).toBeNear(expected, { abs: 1e-5, rel: 1e-5 });
        }
      }
    });
    tree.dispose(model);
  });
});

test("with `previous`, q(z_t|·) depends on the draw before, without it, not", () => {
  for (const previous of [true, false]) {
    const model = small({ encoder: { previous } });
    tf.tidy(() => {
      const [a, b] = [3, 4].map((seed) => sequenceVae.infer(model, data(), random.key(seed)).q.mean()) as [
        tf.Tensor,
        tf.Tensor,
      ];
      const change = a.sub(b).abs().max([1, 2]).dataSync();
      expect(change[0]).toBe(0);
      expect((change[1] ?? NaN) > 1e-3).toBe(previous);
    });
    tree.dispose(model);
  }
});

describe("bodies of images", () => {
  test("patches are convolutions whose stride is their size", () => {
    const [shape, width] = [[16, 16, 2], 3] as const;
    const reader = initReader("test", random.key(0), [shape, 5], { kind: "patches", width });
    const writer = initWriter("test", random.key(1), [5, shape], { kind: "patches", width });
    if (reader.kind !== "patches" || writer.kind !== "patches") throw new Error("these must be patches");
    tf.tidy(() => {
      const x = random.normal(random.key(2), [4, ...shape]) as tf.Tensor4D;
      const [a, b] = reader.layers.map(({ layer, side }) => ({
        kernel: layer.weights.reshape<tf.Tensor4D>([side, side, -1, layer.bias.shape[0]]),
        bias: layer.bias,
        side,
      })) as [Layer, Layer];
      const layer = (image: tf.Tensor, { kernel, bias, side }: Layer): tf.Tensor =>
        tf
          .conv2d(image as tf.Tensor4D, kernel, side, "valid")
          .add(bias)
          .elu();
      const flat = layer(layer(x, a), b).reshape([4, -1]);
      const expected = flat.matMul(reader.output.weights).add(reader.output.bias).elu();
      // sums of up to 48 products below 3, each rounded by 6e-8
      expect(read(reader, x)).toBeNear(expected, { abs: 1e-5 });

      const z = random.normal(random.key(3), [4, 5]);
      const start = z.matMul(writer.input.weights).add(writer.input.bias).reshape([4, 2, 2, -1]);
      const up = (maps: tf.Tensor, index: 0 | 1, channels: number): tf.Tensor => {
        const each = writer.layers[index] as (typeof writer.layers)[number];
        const { side, layer: affine } = each;
        const rows = (maps.shape[1] ?? 0) * side;
        // [In, side · side · C] → the kernel of a transposed convolution, [side, side, C, In]
        const kernel = affine.weights
          .reshape([-1, side, side, channels])
          .transpose<tf.Tensor4D>([1, 2, 3, 0]);
        const out = tf.conv2dTranspose(
          maps.elu<tf.Tensor4D>(),
          kernel,
          [4, rows, rows, channels],
          side,
          "valid",
        );
        // the bias of each pixel of a patch, over the whole image
        const bias = tf.tile(affine.bias.reshape([side, side, channels]), [rows / side, rows / side, 1]);
        return out.add(bias);
      };
      expect(write(writer, z, shape)).toBeNear(up(up(start, 0, 2 * width), 1, 2), { abs: 1e-5 });
    });
    tree.dispose([reader, writer]);
  });

  test.each(["conv", "patches", "mlp"] as const)(
    "%s: a model of images has a gradient everywhere",
    (kind) => {
      const body = kind === "mlp" ? ({ kind, hidden: [5] } as const) : ({ kind, width: 2 } as const);
      const model = small({ observation: [8, 8, 1], body, prior: { kind: "recurrent" } });
      tf.tidy(() => {
        const given = { ...data(4), observations: random.uniform(random.key(5), [4, 3, 8, 8, 1]) };
        const decoded = sequenceVae.decode(model, sequenceVae.infer(model, given, random.key(1)).states);
        expect(decoded.mean()).toHaveShape([4, 3, 8, 8, 1]);
        const { grads } = valueAndGrad((m: SequenceVae) => sequenceVae.loss(m, given, random.key(1))[0])(
          model,
        );
        for (const [path, g] of tree.entries(grads))
          expect(g.abs().sum().dataSync()[0], path).toBeGreaterThan(0);
      });
      tree.dispose(model);
    },
  );
});

interface Layer {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor;
  readonly side: number;
}

describe("errors and memory", () => {
  test.each<[Partial<sequenceVae.SequenceVaeOptions>, string]>([
    [{ latent: 0 }, "sequenceVae.init: latent must be a positive integer, got 0"],
    [{ actions: -1 }, "sequenceVae.init: actions must be a non-negative integer, got -1"],
    [{ observation: [4, 4] }, "sequenceVae.initEncoder: observation must be [O] or [S, S, C], got [4, 4]"],
    [{ encoder: { features: 0 } }, "sequenceVae.initEncoder: features must be a positive integer, got 0"],
    [{ encoder: { hidden: [0] } }, "sequenceVae.initEncoder: hidden[0] must be a positive integer, got 0"],
    [{ decoder: { sigma: 0 } }, "sequenceVae.initDecoder: sigma must be a positive finite number, got 0"],
    [
      { prior: { kind: "recurrent", recurrent: 0 } },
      "sequenceVae.initPrior: recurrent must be a positive integer, got 0",
    ],
    [
      { observation: [12, 12, 1], body: { kind: "patches" } },
      "sequenceVae.initEncoder: observation must be [S, S, C] with S a multiple of 8 for a body of images, " +
        'got [12, 12, 1]; use body: { kind: "mlp" } for others',
    ],
  ])("init throws for %o", (options, message) => {
    expect(() => small(options)).toThrow(message);
  });

  test("data of other shapes", () => {
    const model = small();
    const { observations, actions } = data();
    const bad = (d: sequenceVae.Sequences) => () => sequenceVae.elbo(model, d, random.key(0));
    expect(bad({ observations: tf.zeros([6, 3, 4]), actions })).toThrow(
      "sequenceVae.elbo: observations must be [T, B, 3], got [6, 3, 4]",
    );
    expect(bad({ observations })).toThrow(
      "sequenceVae.elbo: the model has actions, so actions must be [T=6, B=3, A=1], got none",
    );
    expect(bad({ observations, actions: tf.zeros([5, 3, 1]) })).toThrow(
      "sequenceVae.elbo: actions must be [T=6, B=3, A=1], got [5, 3, 1]; " +
        "the last action leads out of the sequence: give any",
    );
    expect(bad({ observations, actions, lengths: tf.zeros([2]) })).toThrow(
      "sequenceVae.elbo: lengths must be [B=3], got [2]",
    );
    expect(() => sequenceVae.elbo(small({ actions: 0 }), { observations, actions }, random.key(0))).toThrow(
      "sequenceVae.elbo: actions are given ([6, 3, 1]) to a model that has none; " +
        "give their number to sequenceVae.init",
    );
    expect(() => sequenceVae.logWeights(model, { observations, actions }, random.key(0), 0)).toThrow(
      "sequenceVae.logWeights: draws must be a positive integer, got 0",
    );
  });

  test("leave exactly what they return", () => {
    const model = small({ prior: { kind: "recurrent" }, encoder: { sees: "all" } });
    const given = data();
    const key = random.key(0);
    expect(() => sequenceVae.elbo(model, given, key)).toLeaveTensors(1);
    expect(() => sequenceVae.terms(model, given, key)).toLeaveTensors(4);
    expect(() => sequenceVae.infer(model, given, key)).toLeaveTensors(6);
    expect(() => sequenceVae.logWeights(model, given, key, 2)).toLeaveTensors(1);
    expect(() =>
      sequenceVae.loss(model, given, key, { balance: 0.8, overshooting: { steps: 3 } }),
    ).toLeaveTensors(4);
    expect(() => sequenceVae.sample(model, key, { actions: given.actions })).toLeaveTensors(2);
    expect(() => small()).toLeaveTensors(tree.leaves(small()).length);
  });
});

describe("on other backends", () => {
  afterEach(goHome);

  test.each(others)("%s gives the same loss and gradient", async (name) => {
    const { useBackend } = await import("latent");
    const run = (): number[] =>
      tf.tidy(() => {
        const model = small({ prior: { kind: "recurrent" }, encoder: { sees: "all", covariance: "full" } });
        const f = (m: SequenceVae): tf.Tensor =>
          sequenceVae.loss(m, data(), random.key(3), { freeNats: 0.1, overshooting: { steps: 3 } })[0];
        const { value, grads } = valueAndGrad(f)(model);
        return [value, ...tree.leaves(grads).map((g) => g.square().sum())].map((x) => x.dataSync()[0] ?? NaN);
      });
    const expected = run();
    await useBackend(name);
    // a loss of some hundred nats and squares of gradients, each sums of some thousand numbers
    run().forEach((x, i) => expect(x).toBeNear(expected[i] ?? NaN, { rel: 1e-3, abs: 1e-4 }));
  });
});
