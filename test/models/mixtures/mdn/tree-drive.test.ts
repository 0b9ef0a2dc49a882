import { adam, fit, random, tf, wilson } from "latent";
import { treeDrive } from "latent/envs";
import { mdn } from "latent/models";
import { describe, expect, test } from "vitest";

/** A policy trained on 300 demonstrations, half of which pass the tree on the left. */
async function imitate(components: number): Promise<mdn.Mdn> {
  const { observations, actions } = treeDrive.demonstrations(random.key(1), 300);
  const sizes = { inputs: 2, hidden: [32, 32], outputs: 1, components, stdDev: 0.3 };
  const { state } = await fit({
    params: mdn.init(random.key(2), sizes),
    loss: mdn.loss,
    optimizer: adam({ learningRate: 5e-3 }),
    data: tf.concat([observations, actions], 1),
    batchSize: 256,
    steps: 1500,
    key: random.key(3),
  });
  return state.params;
}

/** The Wilson interval of the crash rate in 500 drives, and how many passed on the left. */
function drive(policy: treeDrive.Policy): { crashes: ReturnType<typeof wilson>; lefts: number } {
  const drives = treeDrive.rollout(policy, random.key(4), 500);
  const arrived = drives.filter(({ outcome }) => outcome === "arrived");
  const lefts = arrived.filter(({ path }) => (path.at(-1)?.[1] ?? NaN) > 0).length;
  return { crashes: wilson(500 - arrived.length, 500), lefts };
}

describe("mdn policies in the tree drive", () => {
  test("one component crashes in at least 80 % of drives, with sampled and with mean actions", async () => {
    const params = await imitate(1);
    const mean = drive((seen) => mdn.likeliest(params, seen));
    const drawn = drive((seen, key) => mdn.sample(params, seen, key));
    expect(mean.crashes.lower).toBeGreaterThan(0.95);
    expect(drawn.crashes.lower).toBeGreaterThan(0.8);
  });

  test("two components crash in at most 5 % of drives and pass on both sides", async () => {
    const params = await imitate(2);
    const likeliest = drive((seen) => mdn.likeliest(params, seen));
    const drawn = drive((seen, key) => mdn.sample(params, seen, key));
    expect(likeliest.crashes.upper).toBeLessThan(0.05);
    expect(drawn.crashes.upper).toBeLessThan(0.05);
    // Half of the demonstrations go left: 300 of them have a standard error of 0.03, and 500 draws add 0.02.
    // Six standard errors of both together.
    expect(drawn.lefts / 500).toBeWithinStandardErrors(0.5, Math.hypot(0.03, 0.023));
  });
});
