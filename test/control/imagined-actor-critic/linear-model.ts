import { tf } from "latent";
import type { worldModel } from "latent/control";
import { linearGaussian, sequenceVae } from "latent/models";

/** One latent number: z_{t+1} = 0.8 z_t + 0.5 a_t + 0.1 ε, and the reward 0.3 z_t − 0.2 a_t + z_{t+1}. */
export const SYSTEM = { keep: 0.8, push: 0.5, noise: 0.1, reward: { from: 0.3, action: -0.2, to: 1 } };

/**
 * The system as a world model: its prior is linear-Gaussian, its reward a linear layer.
 *
 * @param goesOn the probability that the task goes on after a step; always by default.
 */
export function linearModel(goesOn?: number): worldModel.WorldModel {
  const { keep, push, noise, reward } = SYSTEM;
  const vae = sequenceVae.ofLinearGaussian(
    linearGaussian.create({
      initial: { mean: [0], covariance: [[1]] },
      transition: { matrix: [[keep]], input: [[push]], covariance: [[noise ** 2]] },
      observation: { matrix: [[1]], covariance: [[1]] },
    }),
  );
  const layer = (weights: number[], bias: number) => ({
    layers: [{ weights: tf.tensor2d(weights, [weights.length, 1]), bias: tf.tensor1d([bias]) }],
    activation: "elu" as const,
    output: "linear" as const,
  });
  return {
    vae,
    reward: layer([reward.from, reward.action, reward.to], 0),
    rewardSigma: 1,
    ...(goesOn !== undefined && { continuation: layer([0], Math.log(goesOn / (1 - goesOn))) }),
  };
}

/** Returns ∫ f(ε) N(ε; 0, 1) dε by the trapezoidal rule on [−8, 8], to 10⁻¹². */
export function overNormal(f: (epsilon: number) => number): number {
  const [step, count] = [0.01, 1600];
  let sum = 0;
  for (let i = 0; i <= count; i++) {
    const e = -8 + i * step;
    sum += f(e) * Math.exp(-(e ** 2) / 2);
  }
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

/** σ of the policy with the output r. */
export function sigmaOf(r: number): number {
  return Math.exp(-5 + 3.5 * (1 + Math.tanh(r)));
}
