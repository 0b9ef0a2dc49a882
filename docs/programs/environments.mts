import { jit, random, tf, useBackend } from "latent";
import { frameStack, greyscale, pendulum, pixels, rollout, type Policy } from "latent/envs";

await useBackend();
const env = pendulum();

/** Pushes in the direction of the motion, which raises the energy. */
const policy: Policy = (seen) => seen.slice([0, 2], [-1, 1]).sign().mul(2);

// 16 pendulums for 200 steps: one compiled loop
const drive = jit((key: random.Key) => rollout(env, policy, key, 16, { steps: 200 }));
const { observation, reward, truncated } = drive(random.key(0));
const total = reward.sum(0).mean().dataSync()[0] ?? NaN;
console.log(`observations [${observation.shape.join(", ")}], mean return ${total.toFixed(0)}`);
console.log(`${truncated.sum().dataSync()[0]} episodes were truncated`);

// The same system seen as four grey pictures of 64 by 64
const seen = frameStack(greyscale(pixels(env, [64, 64])), 4);
const [state, first] = seen.reset(random.key(1), 2);
const moved = seen.step(random.key(2), state, tf.zeros([2, 1]));
console.log(`pictures [${first.shape.join(", ")}], rewards of ${moved.reward.shape[0]} rows`);
