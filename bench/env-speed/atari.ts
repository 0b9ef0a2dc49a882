import { join } from "node:path";
import { parseArgs } from "node:util";
import { random, tf, useBackend } from "latent";
import { atari } from "latent/envs";
import { peersFolder } from "../peer-python";
import { startPeer } from "../peer";

const [STEPS, ROUNDS, SEED] = [400, 7, 3];

/**
 * Steps of the same n games with the same actions through the bridge and in Python, alternating.
 *
 * @returns whether the bridge reaches 0.9 of `AtariVectorEnv`'s steps per second, median over rounds, and
 *   both got the same rewards.
 */
export async function atariSpeed(parameters: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      game: { type: "string", default: "pong" },
      games: { type: "string", default: "8" },
      threads: { type: "string", default: "1" },
      tensors: { type: "boolean", default: false },
      python: { type: "string", default: process.env["LATENT_ENVS_PYTHON"] ?? ".venv/bin/python" },
    },
  });
  const { game, python } = values;
  const [n, threads] = [Number(values.games), Number(values.threads)];
  await useBackend();
  const peer = startPeer(python, join(peersFolder, "atari_vector.py"));
  const env = await atari(game, { n, threads, python });
  try {
    const { actions: count } = await peer.ask<{ actions: number }>({ game, n, threads, seed: SEED });
    await env.reset(SEED);
    const rounds: { ours: number; theirs: number }[] = [];
    let same = true;
    for (let round = 0; round < ROUNDS; round++) {
      const key = random.key(round);
      const actions = random.randint(key, [STEPS, n], { min: 0, max: count }) as tf.Tensor2D;
      const rows = actions.arraySync();
      const steps = tf.unstack(actions);
      const theirs = async (): Promise<{ seconds: number; reward: number }> => peer.ask({ actions: rows });
      const ours = async (): Promise<{ seconds: number; reward: number }> => {
        let reward = 0;
        const began = performance.now();
        for (const action of steps) {
          const moved = await env.step(action);
          for (const one of moved.reward.dataSync()) reward += one;
          tf.dispose([moved.reward, moved.terminated, moved.truncated]);
          if (values.tensors) moved.observation.dispose(); // otherwise they are in `raw`, as in Python
        }
        return { seconds: (performance.now() - began) / 1000, reward };
      };
      const pair =
        round % 2 === 0 ? [await ours(), await theirs()] : [await theirs(), await ours()].reverse();
      const [mine, other] = pair as [
        { seconds: number; reward: number },
        { seconds: number; reward: number },
      ];
      same &&= mine.reward === other.reward;
      rounds.push({ ours: (n * STEPS) / mine.seconds, theirs: (n * STEPS) / other.seconds });
    }
    const middle = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1] ?? NaN;
    const ratio = middle(rounds.map(({ ours, theirs }) => ours / theirs));
    const [a, b] = [middle(rounds.map((r) => r.ours)), middle(rounds.map((r) => r.theirs))];
    console.log(
      `${game}, ${n} games, ${threads} threads, frames of 84 × 84 × 4 as ` +
        `${values.tensors ? "tensors" : "bytes"}, median of ${ROUNDS}:`,
    );
    console.log(`bridge ${a.toFixed(0)} steps/s, AtariVectorEnv in Python ${b.toFixed(0)} steps/s`);
    console.log(`ratio ${ratio.toFixed(2)}; same rewards: ${same}`);
    return ratio >= 0.9 && same;
  } finally {
    await env.close();
    await peer.close();
  }
}
