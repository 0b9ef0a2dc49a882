import { adam, fit, random, tf, useBackend } from "latent";
import { inverseProblem } from "latent/data";
import { treeDrive } from "latent/envs";
import { mdn, mixtureOfRegressions as regressions } from "latent/models";
import { afterEach, expect, test } from "vitest";
import { goHome, others } from "../../../support/backends";

afterEach(goHome);

/** Results of a drive, a network and a mixture of regressions. */
async function everything(): Promise<Record<string, number[]>> {
  const { observations, actions } = treeDrive.demonstrations(random.key(1), 20);
  const { state } = await fit({
    params: mdn.init(random.key(2), { inputs: 2, hidden: [8], outputs: 1, components: 2 }),
    loss: mdn.loss,
    optimizer: adam(),
    data: tf.concat([observations, actions], 1),
    batchSize: 32,
    steps: 5,
    key: random.key(3),
  });
  const drives = treeDrive.rollout((seen, key) => mdn.sample(state.params, seen, key), random.key(4), 3);
  const { x, y } = inverseProblem(random.key(5), 50);
  const features = tf.concat([tf.ones([50, 1]), x], 1);
  const options = { components: 2, key: random.key(6), maxIterations: 3, tolerance: -Infinity };
  const { params, logLikelihoods } = await regressions.fit({ features, y }, options);
  return {
    actions: Array.from(actions.dataSync()),
    likeliest: Array.from(mdn.likeliest(state.params, observations).dataSync()),
    paths: drives.flatMap(({ path }) => path.flat()),
    logLikelihoods: [...logLikelihoods],
    coefficients: Array.from(params.coefficients.dataSync()),
  };
}

test.each(others)("mdn, mixtureOfRegressions and a drive give the same numbers on %s", async (name) => {
  const here = await everything();
  await useBackend(name);
  const there = await everything();
  for (const [what, values] of Object.entries(there))
    expect(values).toBeNear(here[what] ?? [], { abs: 1e-3 });
});
