import { adam, fit, lgamma, random, tf, tree, useBackend } from "latent";
import { normal, type Reparameterized } from "latent/distributions";
import { svi } from "latent/inference";

await useBackend();

interface LogNormal extends Reparameterized {
  readonly kind: "logNormal";
  readonly mu: tf.Tensor;
  readonly sigma: tf.Tensor;
}

/** log z ~ N(μ, σ²), elementwise: a plain object with the interface of every distribution. */
function logNormal(mu: tf.Tensor, sigma: tf.Tensor): LogNormal {
  const base = normal(mu, sigma); // also checks that the shapes broadcast
  return {
    kind: "logNormal",
    mu,
    sigma,
    reparameterized: true, //          a draw is a differentiable function of μ and σ
    batchShape: base.batchShape,
    eventShape: [],
    sample: (key, sampleShape) => tf.tidy(() => base.sample(key, sampleShape).exp()), //       z = exp(μ + σ ε)
    logProb: (z) => tf.tidy(() => base.logProb(z.log()).sub(z.log())), //  log N(log z; μ, σ²) − log z
    mean: () => tf.tidy(() => base.mean().add(base.variance().div(2)).exp()),
    variance: () => tf.tidy(() => base.variance().expm1().mul(base.mean().mul(2).add(base.variance()).exp())),
    entropy: () => tf.tidy(() => base.entropy().add(base.mean())), //      H[N] + E[log z]
  };
}

// Its parts as a tree: tree.map, jit and scan replace μ and σ, and build it anew.
tree.register<LogNormal, { mu: tf.Tensor; sigma: tf.Tensor }>("logNormal", {
  parts: ({ mu, sigma }) => ({ mu, sigma }),
  rebuild: ({ mu, sigma }) => logNormal(mu, sigma),
});

/** The number in a scalar tensor. */
const numberIn = (x: tf.Tensor): number => x.dataSync()[0] ?? NaN;

// Waiting times x_i ~ Exp(z) with the prior z ~ Gamma(2, 1): the posterior is Gamma(2 + n, 1 + Σ x).
const [dataKey, fitKey] = random.split(random.key(3));
const N = 8;
const waits = random.uniform(dataKey, [N]).mul(-1).add(1).log().mul(-0.5); // exponential with rate 2
const total = numberIn(waits.sum());
/** log p(x, z) = log Gamma(z; 2, 1) + n log z − z Σ x */
const logJoint = (z: tf.Tensor): tf.Tensor => z.log().mul(1 + N).sub(z.mul(1 + total)); // prettier-ignore

const { state } = await fit({
  params: { mu: tf.scalar(0), logSigma: tf.scalar(0) },
  data: () => [], // the data are in logJoint
  loss: ({ mu, logSigma }, _, key) => [
    svi.elbo(logJoint, logNormal(mu, logSigma.exp()), key, { samples: 20 }).neg().asScalar(),
    {},
  ],
  optimizer: adam({ learningRate: 0.02 }),
  steps: 500,
  key: fitKey,
});

const q = logNormal(state.params.mu, state.params.logSigma.exp());
const wider = tree.map((x) => x.mul(2), q);
console.log(
  `twice the parameters: sigma ${(numberIn(wider.sigma) / numberIn(q.sigma)).toFixed(1)} times as large`,
);
const bound = numberIn(svi.elbo(logJoint, q, random.key(4), { samples: 100_000 }));
const evidence = numberIn(lgamma(tf.scalar(2 + N))) - (2 + N) * Math.log(1 + total);
console.log(`ELBO ${bound.toFixed(3)}, log p(x) ${evidence.toFixed(3)} nats`);
console.log(`posterior mean ${numberIn(q.mean()).toFixed(2)}, exact ${((2 + N) / (1 + total)).toFixed(2)}`);
