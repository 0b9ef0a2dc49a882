import { jit, random, scan, tf, tree } from "latent";
import {
  cartPole,
  controlSuite,
  gridWorld,
  keyDoorRoom,
  pendulum,
  planar,
  pointMass,
  threeLinkArm,
  vectorize,
  type ControlSuiteTask,
  type Environment,
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

/**
 * Compiled steps of `copies` copies, which begin anew when an episode ends, with actions that were drawn
 * before; with a picture of every state if `pictures`.
 */
export function pureRunner(env: Environment, copies: number, steps: number, pictures: boolean): Runner {
  const many = vectorize(env);
  const actions = anyActions(env.actionSpace(), steps, copies);
  const drive = jit((key: random.Key, given: tf.Tensor) => {
    const [startKey, stepKey] = random.split(key);
    const [start] = many.reset(startKey, copies);
    const [, taken] = scan(
      (state, [t, action]) => {
        const moved = many.step(random.fold(stepKey, t), state, action);
        const { observation, reward, terminated } = moved;
        return [moved.state, { observation, reward, terminated, state: pictures ? state : {} }] as const;
      },
      start,
      [tf.range(0, steps, 1, "int32"), given] as const,
    );
    return taken;
  });
  let round = 0;
  return {
    run() {
      const taken = drive(random.key(round++), actions);
      taken.reward.dataSync();
      for (let t = 0; pictures && t < steps; t++) {
        const rows = tree.map(
          (x: tf.Tensor): tf.Tensor => x.slice([t], [1]).squeeze([0]),
          taken.state as Record<string, tf.Tensor>,
        );
        tf.dispose([env.render(rows), ...tree.leaves(rows)]);
      }
      tf.dispose(tree.leaves(taken));
      return Promise.resolve(steps * copies);
    },
    close() {
      drive.dispose();
      actions.dispose();
      return Promise.resolve();
    },
  };
}

function anyActions(space: Space, steps: number, copies: number): tf.Tensor {
  const key = random.key(0);
  return space.kind === "discrete"
    ? random.randint(key, [steps, copies], { max: space.n })
    : random.uniform(key, [steps, copies, ...space.shape], { min: -1, max: 1 });
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
