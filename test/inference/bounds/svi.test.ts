import { adam, fit, random, tf, valueAndGrad } from "latent";
import { categorical, independent, kl, normal, type Reparameterized } from "latent/distributions";
import { localMultivariateNormal, localNormal, svi } from "latent/inference";
import { gmm, probabilisticPca } from "latent/models";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("svi.elbo", () => {
  const q = independent(normal(tf.zeros([5, 2]), tf.ones([5, 2])));

  test("is the mean of log p(x, z) over draws, plus the entropy", () => {
    const z = q.sample(random.key(1), [7]);
    const logJoint = (draws: tf.Tensor): tf.Tensor => draws.square().sum(-1);
    expect(svi.elbo(logJoint, q, random.key(1), { samples: 7 })).toBeNear(
      z.square().sum(-1).mean(0).add(q.entropy()),
      { rel: 1e-6 },
    );
    expect(svi.elbo(logJoint, q, random.key(1))).toHaveShape([5]);
    expect(() => svi.elbo(logJoint, q, random.key(1))).toLeaveTensors(1);
  });

  test("is differentiable in q and p: E[a z] + H(q) has the gradients μ, a and 1/σ", () => {
    const theta = { a: tf.scalar(3), mu: tf.scalar(2), logSigma: tf.scalar(-1) };
    const { grads } = valueAndGrad(({ a, mu, logSigma }: typeof theta) =>
      svi.elbo((z) => z.mul(a), normal(mu, logSigma.exp()), random.key(1), { samples: 20_000 }),
    )(theta);
    const error = Math.exp(-1) / Math.sqrt(20_000); // of the mean of z; that of ∂/∂log σ is 3 times as large
    expect(grads.a).toBeWithinStandardErrors(2, error);
    expect(grads.mu).toBeNear(3, { abs: 1e-5 });
    expect(grads.logSigma).toBeWithinStandardErrors(1, 3 * error);
  });

  test("rejects a log p(x, z) that lost or mixed its draws, and counts below 1", () => {
    expect(() => svi.elbo((z) => z.sum(), q, random.key(1), { samples: 3 })).toThrow(
      new Error(
        "svi.elbo: logJoint(z) must be [3, 5], one number per draw and member of the batch of q, got []",
      ),
    );
    expect(() => svi.elbo((z) => z, q, random.key(1))).toThrow("must be [1, 5]");
    expect(() => svi.elbo((z) => z.sum(-1), q, random.key(1), { samples: 0 })).toThrow(
      new Error("svi.elbo: samples must be a positive integer, got 0"),
    );
  });
});

test("log p(x) = ELBO + KL(q ‖ p(z|x)) for a mixture and any q, by enumeration of z", () => {
  const model = gmm.create({
    weights: [0.2, 0.5, 0.3],
    means: [[0], [-2], [3]],
    covariances: [[[1]], [[0.5]], [[2]]],
  });
  const logit = fc.double({ min: -8, max: 8, noNaN: true });
  fc.assert(
    fc.property(fc.array(logit, { minLength: 3, maxLength: 3 }), logit, (logits, at) => {
      tf.tidy(() => {
        const [q, x] = [categorical(tf.tensor2d([logits])), tf.tensor2d([[at]])];
        const p = gmm.distribution(model);
        const logJoint = p.components.logProb(x.expandDims(1)).add(model.logits.logSoftmax());
        const elbo = q.probs().mul(logJoint).sum(-1).add(q.entropy());
        // Terms of up to 130 nats, each with a relative rounding of 6e-8
        expect(elbo.add(kl(q, p.posterior(x)))).toBeNear(gmm.logProb(model, x), { abs: 1e-4 });
      });
    }),
    { seed: 1, numRuns: 200 },
  );
});

describe("the lecture's algorithm, on a model with a known posterior", () => {
  const model = probabilisticPca.create({
    weights: [[1, 0.5], [0, 1], [1, -1], [0.5, 0.5], [0, 1]], // prettier-ignore
    bias: [1, 0, -1, 0, 2],
    sigma: 0.8,
  });
  const { x } = probabilisticPca.sample(model, random.key(1), 23);
  const posterior = probabilisticPca.posterior(model, x);

  /** The q_i of all data points, fitted from a start. */
  const fitted = async <Q>(q: Q, at: (params: Q, i: tf.Tensor) => Reparameterized): Promise<Q> => {
    const run = await fit({
      params: q,
      data: tf.range(0, 23, 1, "int32"),
      batchSize: 23,
      steps: 600,
      key: random.key(2),
      optimizer: adam({ learningRate: 0.01 }),
      loss: (params, i, key) => {
        const x_i = tf.gather(x, i);
        const bound = svi.elbo((z) => probabilisticPca.logJoint(model, x_i, z), at(params, i), key, {
          samples: 16,
        });
        return [bound.mean().neg(), {}];
      },
      jit: { compiler: "graph" },
    });
    return run.state.params;
  };

  /**
   * Near the optimum the gradient is noise, and Adam takes steps of about its rate α: along a parameter with
   * posterior precision Λ, the stationary variance is near α / (2 √(S Λ)), which costs KL = α √Λ / (4 √S).
   * With α = 0.01, Λ ≤ 6 and S = 16 that is 0.0015 nat for each of up to 5 parameters of a q_i: below 0.008
   * in the mean; the limit allows for a tail.
   */
  const LIMIT = 0.04;

  test("a q_i with a full covariance converges to the posterior", async () => {
    const q = await fitted(localMultivariateNormal.init(23, 2), localMultivariateNormal.posterior);
    const gap = kl(localMultivariateNormal.posterior(q), posterior);
    expect(gap.mean().dataSync()[0]).toBeLessThan(0.008);
    expect(gap.max().dataSync()[0]).toBeLessThan(LIMIT);
  });

  test("a diagonal q_i converges to the best one: the posterior's mean and variances 1/Λ_jj", async () => {
    const q = await fitted(localNormal.init(23, 2), localNormal.posterior);
    const precision = tf.matMul(model.weights, model.weights, true).div(0.64).add(tf.eye(2));
    const best = independent(normal(posterior.mu, precision.mul(tf.eye(2)).sum(0).rsqrt()));
    const gap = kl(localNormal.posterior(q), best);
    expect(gap.mean().dataSync()[0]).toBeLessThan(0.008);
    expect(gap.max().dataSync()[0]).toBeLessThan(LIMIT);
    const missing = probabilisticPca
      .logProb(model, x)
      .sub(probabilisticPca.elbo(model, x, localNormal.posterior(q)));
    expect(missing.min().dataSync()[0]).toBeGreaterThan(0);
  });
});
