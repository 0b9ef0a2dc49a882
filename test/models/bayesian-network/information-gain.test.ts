import { adam, fit, random, schedules, tf } from "latent";
import { exploration } from "latent/control";
import { bayesianNetwork, type BayesianNetwork } from "latent/models";
import { describe, expect, test } from "vitest";

const { expectedGain, informationGain, linearBelief, update } = exploration;
const NOISE = 0.5;

/** How many rows repeat one data point: each has its own draw, and the loss is their mean. */
const COPIES = 64;

/** VIME's step: the posterior after one data point, from the posterior before it as the prior. */
async function learn(
  before: BayesianNetwork,
  features: Float64Array,
  y: number,
  key: random.Key,
): Promise<BayesianNetwork> {
  const batch = {
    x: tf.tensor2d(new Array(COPIES).fill(Array.from(features))),
    y: tf.fill([COPIES, 1], y),
  };
  const { state } = await fit({
    params: before,
    loss: bayesianNetwork.loss({ stdDev: NOISE, prior: before, rows: 1 }),
    optimizer: adam({ learningRate: schedules.cosine({ from: 0.05, to: 0, steps: 400 }) }),
    data: () => batch,
    steps: 400,
    key,
  });
  return state.params;
}

/** The gains of a sequence of observations: VIME's, and those of the exact posteriors. */
async function gains(
  rows: readonly Float64Array[],
  y: readonly number[],
): Promise<[number, number, number][]> {
  const size = rows[0]?.length ?? 0;
  let belief = linearBelief({ features: size, noise: NOISE });
  let network: BayesianNetwork = {
    layers: [{ weights: { mu: tf.zeros([size, 1]), rho: tf.fill([size, 1], Math.log(Math.expm1(1))) } }],
    activation: "tanh",
  };
  const found: [number, number, number][] = [];
  for (const [n, phi] of rows.entries()) {
    const after = update(belief, phi, y[n] ?? NaN);
    const learned = await learn(network, phi, y[n] ?? NaN, random.key(100 + n));
    const vime = bayesianNetwork.kl(learned, network).dataSync()[0] ?? NaN;
    found.push([vime, informationGain(after, belief), expectedGain(belief, phi)]);
    [belief, network] = [after, learned];
  }
  return found;
}

describe("VIME's information gain of a linear model", () => {
  test("is the exact one within 10 % where features do not overlap: arms of a bandit", async () => {
    const arm = (k: number): Float64Array => Float64Array.from({ length: 3 }, (_, i) => Number(i === k));
    const found = await gains([arm(0), arm(0), arm(2), arm(1)], [1.2, 0.4, -1, 0.2]);
    for (const [vime, exact] of found) expect(vime / exact).toBeNear(1, { abs: 0.1 });
    expect(found[1]?.[2]).toBeNear(0.5 * Math.log(1 + 0.2 / 0.25), { rel: 1e-12 }); // σ² is 1/5 by then
  });

  test("is the exact one within 10 % where each observation says little", async () => {
    const noise = random.stream(random.key(4));
    const rows = Array.from({ length: 3 }, () =>
      Float64Array.from({ length: 6 }, () => 0.1 * Math.sign(noise.uniform(-1, 1))),
    );
    const found = await gains(rows, [0.9, -1.1, 0.7]);
    for (const [vime, exact] of found) expect(vime / exact).toBeNear(1, { abs: 0.1 });
  });

  test("is too high where independent weights cannot hold what was learned", async () => {
    // The exact posterior after y = w_1 + w_2 + w_3 + w_4 is correlated. With φᵀφ / noise² = 16 its gain at
    // y = 0 is ½ (log 17 − 16/17) = 0.946, and that of independent weights 2 (log 5 − 4/5) = 1.619.
    const found = await gains([Float64Array.of(1, 1, 1, 1)], [0]);
    const [vime, exact] = found[0] ?? [NaN, NaN];
    expect(exact).toBeNear(0.5 * (Math.log(17) - 16 / 17), { rel: 1e-9 });
    expect(vime).toBeNear(2 * (Math.log(5) - 4 / 5), { rel: 0.05 });
  });
});
