import { random, tf, useBackend } from "latent";
import { normal, type Normal } from "latent/distributions";
import { type Estimator, gradientSamples, type Objective, pathwise } from "latent/estimators";

await useBackend();

/** The pathwise estimator on pairs of draws mirrored at the mean, z and 2μ − z: their linear parts cancel. */
function antithetic(): Estimator<Normal> {
  return {
    name: "antithetic",
    surrogate: ({ q, f }, params, key, draws) =>
      tf.tidy(() => {
        const distribution = q(params);
        const half = distribution.sample(key, [draws / 2]); //                 z(θ, ε)         [S/2, ...B]
        const mirrored = distribution.mean().mul(2).sub(half); //              z(θ, −ε)        [S/2, ...B]
        return f(tf.concat([half, mirrored]), params); //                                      [S, ...B]
      }),
  };
}

// ∇_θ E[exp(z)] for z ~ N(μ, σ²): the gradient with respect to μ is exp(μ + σ²/2).
const objective: Objective<{ readonly mu: tf.Tensor; readonly sigma: tf.Tensor }, Normal> = {
  q: ({ mu, sigma }) => normal(mu, sigma),
  f: (z) => z.exp(),
};
const params = { mu: tf.scalar(0), sigma: tf.scalar(0.5) };

for (const estimator of [pathwise(), antithetic()]) {
  const { mu } = gradientSamples(estimator, objective, params, random.key(5), 20_000, 2); // two draws each
  const { mean, variance } = tf.moments(mu);
  const [m = NaN, v = NaN] = tf.stack([mean, variance]).dataSync();
  console.log(`${estimator.name}: mean ${m.toFixed(3)}, variance ${v.toFixed(4)}`);
}
console.log(`exact: ${Math.exp(0.125).toFixed(3)}`);
