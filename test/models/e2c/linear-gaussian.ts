import { cholesky, random, tf, tree } from "latent";
import { multivariateNormal } from "latent/distributions";
import { e2c, type E2c } from "latent/models";

const SIGMA = 0.6; // of a pixel
const CODE = 0.9; // W Wᵀ of a row: Wᵀ W = CODE² I
const STRETCH = 0.8; // A = STRETCH · rotation
const SHARE = 0.7; // how x′ follows from x

/** [cos, −sin; sin, cos] · STRETCH. */
const A = [
  [STRETCH * Math.cos(0.5), -STRETCH * Math.sin(0.5)],
  [STRETCH * Math.sin(0.5), STRETCH * Math.cos(0.5)],
];
const B = [[0.4], [-0.3]];
const O = [0.2, 0.1];
/** W, [3, 2], with orthogonal columns of length CODE. */
const W = [
  [CODE * 0.6, 0],
  [CODE * 0.8, 0],
  [0, CODE],
];

/**
 * A linear-Gaussian system, z ~ N(0, I), x = W z + e, x′ = W (A z + B u + o) + e′, as an `E2c` model.
 *
 * Wᵀ W and Aᵀ A are multiples of I, so that p(z|x, x′) has a diagonal covariance 1 / P. For the x′ chosen
 * here, its mean is a linear function of x alone, which the encoder computes: the bound is exact.
 */
export function linearGaussian() {
  const s2 = SIGMA ** 2;
  const c2 = CODE ** 2;
  const P = 1 + c2 / s2 + (STRETCH ** 2 * c2) / s2;
  const x = [0.9, -0.4, 1.3];
  const u = [0.7];
  const drift = O.map((o, i) => o + (B[i]?.[0] ?? NaN) * 0.7);
  const multiply = (m: readonly (readonly number[])[], v: readonly number[]): number[] =>
    m.map((row) => row.reduce((sum, a, j) => sum + a * (v[j] ?? NaN), 0));
  const transpose = (m: readonly (readonly number[])[]): number[][] =>
    (m[0] ?? []).map((_, j) => m.map((row) => row[j] ?? NaN));
  const code = multiply(transpose(W), x); // Wᵀ x
  const after = multiply(A, code).map((a, i) => SHARE * a + (drift[i] ?? NaN));
  const next = multiply(W, after); // x′ = W (s A Wᵀ x + B u + o)
  const K = transpose(W).map((row) => row.map((w) => (w * (1 + STRETCH ** 2 * c2 * SHARE)) / (s2 * P)));

  const model = tree.tidy((): E2c => {
    const { encoder, decoder, transition } = e2c.init(random.key(0), {
      ...{ data: 3, control: 1, latent: 2, hidden: [4], form: "global", likelihood: "gaussian" },
    });
    if (decoder.likelihood !== "gaussian" || transition.form !== "global") throw new Error("unexpected");
    const both = (size: number) => ({
      layers: [
        {
          weights: tf.concat<tf.Tensor2D>([tf.eye(size), tf.eye(size).neg()], 1), // relu(v), relu(−v)
          bias: tf.zeros<tf.Rank.R1>([2 * size]),
        },
      ],
      activation: "relu" as const,
    });
    const linear = (m: number[][]) => ({
      weights: tf.concat<tf.Tensor2D>([tf.tensor2d(transpose(m)), tf.tensor2d(transpose(m)).neg()]),
      bias: tf.zeros<tf.Rank.R1>([m.length]),
    });
    const constant = (inputs: number, outputs: number, value: number) => ({
      weights: tf.zeros<tf.Rank.R2>([inputs, outputs]),
      bias: tf.fill<tf.Rank.R1>([outputs], value),
    });
    return {
      encoder: { ...encoder, hidden: both(3), mu: linear(K), logSigma: constant(6, 2, -0.5 * Math.log(P)) },
      decoder: {
        ...decoder,
        hidden: both(2),
        mu: linear(W),
        rawSigma: constant(4, 3, Math.log(Math.expm1(SIGMA - 0.1))), // softplus⁻¹ above the floor of 0.1
      },
      transition: { form: "global", A: tf.tensor2d(A), B: tf.tensor2d(B), o: tf.tensor1d(O) },
    };
  });

  /** log p(x, x′|u), a normal density in six dimensions. */
  const logJoint = (): number =>
    tf.tidy(() => {
      const [w, a] = [tf.tensor2d(W), tf.tensor2d(A)];
      const stacked = tf.concat([w, w.matMul(a)]); // of x and x′ in z
      const covariance = stacked.matMul(stacked, false, true).add(tf.eye(6).mul(s2));
      const mean = tf.tensor1d([0, 0, 0, ...multiply(W, drift)]);
      return (
        multivariateNormal(mean, cholesky(covariance))
          .logProb(tf.tensor1d([...x, ...next]))
          .dataSync()[0] ?? NaN
      );
    });
  return { model, x, u, next, logJoint };
}
