import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { fill, type Canvas } from "../../raster/canvas";
import { disc } from "../../raster/shapes";
import type { Environment } from "../base/environment";
import { continuing, paintRows } from "../base/rows";
import { box, checkAction } from "../base/spaces";
import { timeLimit, type Timed } from "../wrappers/time-limit";

/** The state of point masses. */
export interface PointMassState {
  /** The positions in m, [B, 2]. */
  readonly position: tf.Tensor2D;
  /** The velocities in m/s, [B, 2]. */
  readonly velocity: tf.Tensor2D;
}

/** The parameters of a point mass. */
export interface PointMassParams {
  /** The mass in kg. */
  readonly mass: number;
  /** The friction in N·s/m: the force is −friction · velocity. */
  readonly friction: number;
  /** The greatest force along each axis in N. */
  readonly force: number;
  /** The duration of a step in s. */
  readonly dt: number;
  /** The distance from the goal, at the origin, at which the reward is 1/e, in m. */
  readonly near: number;
}

const PARAMS: PointMassParams = { mass: 1, friction: 0.5, force: 1, dt: 0.1, near: 0.2 };

const ACTIONS = box([2], {
  low: -1,
  high: 1,
  names: ["x", "y"],
  units: ["greatest force", "greatest force"],
});

/** Options of {@link pointMass}. */
export interface PointMassOptions {
  /** The number of steps after which an episode is truncated; 100 by default. */
  readonly maxSteps?: number;
  /** The height and width of a picture in pixels; 64 by default. */
  readonly size?: number;
}

/**
 * Returns a mass in a square room with walls at ±1 m, pushed to the goal in the middle.
 *
 * Observation [x, y, ẋ, ẏ], reward exp(−(distance / near)²) of the state after the step, from 0 to 1. A wall
 * stops the motion across it. It never terminates.
 */
export function pointMass({ maxSteps = 100, size = 64 }: PointMassOptions = {}): Environment<
  PointMassState & Timed,
  PointMassParams
> {
  checkCount("pointMass", "size", size, 1);
  return timeLimit<PointMassState, PointMassParams>(
    {
      name: "pointMass",
      params: PARAMS,
      observationSpace: () =>
        box([4], {
          low: [-1, -1, -Infinity, -Infinity],
          high: [1, 1, Infinity, Infinity],
          names: ["x", "y", "ẋ", "ẏ"],
          units: ["m", "m", "m/s", "m/s"],
        }),
      actionSpace: () => ACTIONS,
      reset(key, n) {
        checkCount("pointMass.reset", "n", n, 1);
        const position = random.uniform(key, [n, 2], { min: -1, max: 1 }) as tf.Tensor2D;
        const state = { position, velocity: tf.zeros<tf.Rank.R2>([n, 2]) };
        return [state, observe(state)];
      },
      step(_key, { position, velocity }, action, { mass, friction, force, dt, near } = PARAMS) {
        checkAction("pointMass.step", ACTIONS, action, position.shape[0]);
        return tree.tidy(() => {
          const push = action.clipByValue(-1, 1).mul(force).sub(velocity.mul(friction));
          const speed = velocity.add<tf.Tensor2D>(push.mul(dt / mass));
          const to = position.add<tf.Tensor2D>(speed.mul(dt)); // semi-implicit Euler
          const state = {
            position: tf.clipByValue(to, -1, 1),
            velocity: tf.where(to.abs().greater(1), tf.zerosLike(speed), speed),
          };
          const reward = state.position.div(near).square().sum(1).neg().exp() as tf.Tensor1D;
          return continuing(state, observe(state), reward);
        });
      },
      render: ({ position }) => paintRows("pointMass", { position }, size, draw),
    },
    maxSteps,
  );
}

function observe({ position, velocity }: PointMassState): tf.Tensor {
  return tf.concat([position, velocity], 1);
}

function draw(on: Canvas, { position: [x = 0, y = 0] }: { position: number[] }): void {
  const place = (at: number): number => (on.width / 2) * (1 + 0.9 * at);
  fill(on, [0.93, 0.93, 0.93]);
  disc(on, place(0), place(0), 0.09 * on.width, [0.5, 0.8, 0.5]);
  disc(on, place(x), place(-y), 0.05 * on.width, [0.8, 0.25, 0.2]);
}
