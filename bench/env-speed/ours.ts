import { jit, random, tf, tree } from "latent";
import {
  cartPole,
  controlSuite,
  gridWorld,
  keyDoorRoom,
  pendulum,
  planar,
  pointMass,
  rollout,
  threeLinkArm,
  type ControlSuiteTask,
  type Environment,
  type Policy,
  type Space,
} from "latent/envs";

/** Runs some steps again, and returns how many; `close` frees what was opened. */
export interface Runner {
  run(): Promise<number>;
  close(): Promise<void>;
}

/** The pure environments, with pictures of 64 × 64. */
export const PURE: Readonly<Record<string, () => Environment>> = {
  pendulum,
  cartPole,
  "cartPole, swing-up": () => cartPole({ task: "swing-up" }),
  pointMass,
  planar,
  threeLinkArm,
  gridWorld,
  "keyDoorRoom": () => keyDoorRoom({ size: 64 }),
};

/** Compiled rollouts of `copies` copies by random actions. */
export function pureRunner(env: Environment, copies: number, steps: number, pictures: boolean): Runner {
  const policy = anyAction(env.actionSpace());
  const drive = jit((key: random.Key) => rollout(env, policy, key, copies, { steps }));
  let round = 0;
  return {
    run() {
      const driven = drive(random.key(round++));
      driven.reward.dataSync();
      if (pictures) {
        const rows = tree.map(
          (x: tf.Tensor): tf.Tensor => x.reshape([steps * copies, ...x.shape.slice(2)]),
          driven.state as Record<string, tf.Tensor>,
        );
        tf.dispose([env.render(rows), ...tree.leaves(rows)]);
      }
      tf.dispose(tree.leaves(driven));
      return Promise.resolve(steps * copies);
    },
    close() {
      drive.dispose();
      return Promise.resolve();
    },
  };
}

function anyAction(space: Space): Policy {
  return (seen, key) => {
    const n = seen.shape[0];
    return space.kind === "discrete"
      ? random.randint(key, [n], { max: space.n })
      : random.uniform(key, [n, ...space.shape], { min: -1, max: 1 });
  };
}

/** Steps of one copy of a task of the Control Suite; `size` 0 for no pictures. */
export async function suiteRunner(name: ControlSuiteTask, steps: number, size: number): Promise<Runner> {
  const env = await controlSuite(name, size > 0 ? { observe: "pixels", size: [size, size] } : {});
  await env.reset(0);
  const width = env.actionSpace.kind === "box" ? env.actionSpace.shape : [];
  const actions = tf.unstack(random.uniform(random.key(0), [steps, 1, ...width], { min: -1, max: 1 }));
  return {
    async run() {
      for (const action of actions) {
        const { reward, terminated, truncated } = await env.step(action); // the observation is in `raw`
        tf.dispose([reward, terminated, truncated]);
      }
      return steps;
    },
    close: () => env.close(),
  };
}
