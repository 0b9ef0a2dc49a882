/** Data of whole numbers, such as `tf.tensor(new Int32Array(…))`, give what the same floats give. */
import { random, tf, tree, useBackend, valueAndGrad } from "latent";
import {
  bayesianLinearRegression,
  convVae,
  e2c,
  gmm,
  linearGaussian,
  mdn,
  mixtureOfRegressions,
  probabilisticPca,
  vae,
} from "latent/models";
import { afterEach, describe, expect, test } from "vitest";
import { goHome, home } from "../support/backends";

afterEach(goHome);

const key = random.key(1);
const eye = [
  [2, 0],
  [0, 1],
];

function rows(): tf.Tensor2D {
  return tf.tensor2d([
    [0, 1, 3],
    [1, 1, 0],
    [2, 0, 5],
    [7, 3, 1],
    [1, 0, 2],
    [4, 4, 1],
  ]);
}

function column(): tf.Tensor2D {
  return tf.tensor2d([[0], [3], [1], [5], [2], [2]]);
}

function bits(): tf.Tensor {
  return rows().greater(1).cast("float32");
}

/** What a model computes from data, by name: results of the functions that users pass data to. */
const cases: Readonly<Record<string, (as: (x: tf.Tensor) => tf.Tensor) => unknown>> = {
  gmm: (as) => {
    const x = as(rows());
    const params = gmm.init(key, x, 2);
    return [params, gmm.logProb(params, x), gmm.responsibilities(params, x)];
  },
  mdn: (as) => {
    const params = mdn.init(key, { inputs: 3, hidden: [4], outputs: 1, components: 2 });
    const [x, y] = [as(rows()), as(column())];
    const loss = (p: typeof params): tf.Tensor => mdn.logProb(p, x, y).sum();
    return [mdn.logProb(params, x, y), mdn.responsibilities(params, x, y), valueAndGrad(loss)(params).grads];
  },
  mixtureOfRegressions: (as) => {
    const params = mixtureOfRegressions.create({
      gate: [
        [0.1, 0],
        [0.2, 0],
        [-0.3, 0],
      ],
      coefficients: [
        [[1], [0.5], [0.25]],
        [[0.3], [-1], [0]],
      ],
      sigma: [[0.7], [2]],
    });
    const [x, y] = [as(rows()), as(column())];
    return [mixtureOfRegressions.logProb(params, x, y), mixtureOfRegressions.responsibilities(params, x, y)];
  },
  probabilisticPca: (as) => {
    const params = probabilisticPca.create({ weights: [[0.5], [1.5], [0.2]], bias: [1, 0.5, 0], sigma: 0.7 });
    const x = as(rows());
    const q = probabilisticPca.posterior(params, x);
    const z = tf.ones([4, 6, 1]);
    return [probabilisticPca.logProb(params, x), q.mu, probabilisticPca.logJoint(params, x, as(z))];
  },
  bayesianLinearRegression: (as) => {
    const model = bayesianLinearRegression.create({ noise: 0.5, prior: 1.5 });
    const [x, y] = [as(rows()), as(column().reshape([-1]))];
    const w = tf.ones([3]);
    return [
      bayesianLinearRegression.logJoint(model, x, y, as(w)),
      bayesianLinearRegression.posterior(model, x, y).mu,
      bayesianLinearRegression.evidence(model, x, y),
    ];
  },
  linearGaussian: (as) => {
    const model = linearGaussian.create({
      initial: { mean: [0, 0.5], covariance: eye },
      transition: { matrix: [[0.5, 1], [0, 0.7]], covariance: eye, input: [[0.5], [1]] }, // prettier-ignore
      observation: { matrix: [[1, 0.3]], covariance: [[0.7]] },
    });
    const observations = as(column());
    const inputs = as(column());
    const filtered = linearGaussian.filter(model, observations, { inputs });
    return [
      filtered,
      linearGaussian.logLikelihood(model, observations, { inputs }),
      linearGaussian.smooth(model, observations, { inputs }),
    ];
  },
  vae: (as) => {
    const model = vae.init(key, { data: 3, hidden: [4], latent: 2 });
    const x = as(bits());
    const loss = (m: typeof model): tf.Tensor => vae.elbo(m, x, key).mean();
    return [vae.elbo(model, x, key), vae.reconstruct(model, x), valueAndGrad(loss)(model).grads];
  },
  e2c: (as) => {
    const model = e2c.init(key, {
      data: 3,
      control: 1,
      latent: 2,
      hidden: [4],
      transitionHidden: [3],
      form: "full",
    });
    const batch = { x: as(bits()), u: as(column()), next: as(bits()) };
    return e2c.terms(model, batch, key);
  },
};

/** Convolutions of images: wasm has no gradient of theirs. */
function images(as: (x: tf.Tensor) => tf.Tensor): unknown {
  const model = convVae.init(key, { side: 8, latent: 2, width: 2 });
  const x = as(random.uniform(key, [2, 8, 8, 3]).greater(0.5).cast("float32"));
  return [convVae.elbo(model, x, key), convVae.reconstruct(model, x)];
}

function asFloats(x: tf.Tensor): tf.Tensor {
  return x;
}

function asIntegers(x: tf.Tensor): tf.Tensor {
  return x.cast("int32");
}

describe.each([home, "wasm", "cpu"])("on %s", (backend) => {
  test.each(Object.entries({ ...cases, convVae: images }))("%s", async (_, results) => {
    await useBackend(backend);
    const [floats, integers] = [asFloats, asIntegers].map((as) => tree.leaves(results(as)));
    expect(integers).toHaveLength(floats?.length ?? NaN);
    floats?.forEach((expected, i) => {
      const got = integers?.[i];
      expect(expected.isNaN().any().dataSync()[0]).toBe(0);
      // The same operations on the same numbers; a product may be summed in another order, 6e-8 each
      expect(got).toBeNear(expected, { rel: 1e-5, abs: 1e-6 });
    });
  });
});
