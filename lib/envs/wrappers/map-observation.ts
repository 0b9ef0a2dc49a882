import * as tf from "@tensorflow/tfjs";
import * as tree from "../../core/tensor/tree";
import { checkCount } from "../../core/numeric/check-number";
import type { Environment, Transition } from "../base/environment";
import { box, type Box, type Space } from "../base/spaces";

/**
 * Replaces each observation by a function of it: hides, scales or adds something.
 *
 *     const angle = (seen: tf.Tensor) => tf.slice(seen, [0, 0], [-1, 2]);
 *     mapObservation(pendulum(), angle, () => box([2], { low: -1, high: 1 }));
 *
 * shows the angle and hides the velocity.
 *
 * @param f observations [B, ...] → new ones, [B, ...], a new tensor; it is compiled with the step if it reads
 *   no values.
 * @param change the space of the new observations, from that of the old ones.
 */
export function mapObservation<S extends object, P>(
  env: Environment<S, P>,
  f: (observation: tf.Tensor) => tf.Tensor,
  change: (space: Space) => Space,
): Environment<S, P> {
  const space = (params?: P): Space => change(env.observationSpace(params));
  space(env.params); // what `change` refuses is refused now, not at the first step
  return {
    ...env,
    observationSpace: space,
    reset: (key, n, params) =>
      tree.tidy(() => {
        const [state, observation] = env.reset(key, n, params);
        return [state, f(observation)] as const;
      }),
    step: (key, state, action, params) =>
      tree.tidy((): Transition<S> => {
        const moved = env.step(key, state, action, params);
        return { ...moved, observation: f(moved.observation) };
      }),
  };
}

function pictureSpace(caller: string, space: Space): Box {
  if (space.kind === "box" && space.shape.length === 3) return space;
  const got = space.kind === "box" ? `[${space.shape.join(", ")}]` : "a discrete space";
  throw new Error(`${caller}: observations must be pictures [H, W, C], got ${got}; wrap with pixels first`);
}

/** The weights of red, green and blue in the luma Y′ of ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114];

/**
 * Makes the pictures grey, [B, H, W, 1]: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601).
 *
 * @throws if observations are not pictures [H, W, 3].
 */
export function greyscale<S extends object, P>(env: Environment<S, P>): Environment<S, P> {
  const change = ({ shape: [height = 0, width = 0, channels] }: Box): Box => {
    if (channels !== 3) throw new Error(`greyscale: pictures must have 3 channels, got ${channels ?? 0}`);
    return box([height, width, 1], { low: 0, high: 1 });
  };
  const grey = (picture: tf.Tensor): tf.Tensor =>
    tf.clipByValue(picture.mul(tf.tensor1d(LUMA)).sum(-1, true), 0, 1);
  return mapObservation(env, grey, (space) => change(pictureSpace("greyscale", space)));
}

/**
 * Reduces pictures to [B, height, width, C] by the means of blocks of pixels.
 *
 * @throws if observations are not pictures, or their height and width are not multiples of the new ones.
 */
export function resize<S extends object, P>(
  env: Environment<S, P>,
  [height, width]: readonly [height: number, width: number],
): Environment<S, P> {
  checkCount("resize", "height", height, 1);
  checkCount("resize", "width", width, 1);
  const change = ({ shape: [h = 0, w = 0, channels = 0] }: Box): Box => {
    if (h % height !== 0 || w % width !== 0)
      throw new Error(
        `resize: height and width must divide those of the pictures, ${h} and ${w}, ` +
          `got ${height} and ${width}`,
      );
    return box([height, width, channels], { low: 0, high: 1 });
  };
  const means = (picture: tf.Tensor): tf.Tensor => {
    const [n = 0, h = 0, w = 0, channels = 0] = picture.shape;
    const blocks = picture.reshape([n, height, h / height, width, w / width, channels]);
    return tf.clipByValue(blocks.mean([2, 4]), 0, 1);
  };
  return mapObservation(env, means, (space) => change(pictureSpace("resize", space)));
}
