import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import { fill, type Canvas } from "../../raster/canvas";
import { capsule, disc } from "../../raster/shapes";
import type { Environment } from "../base/environment";
import { never, paintRows } from "../base/rows";
import { box, checkAction, type Box } from "../base/spaces";
import { timeLimit, type Timed } from "../wrappers/time-limit";

/** The state of pendulums, both [B]. */
export interface PendulumState {
  /** The angle in radians, 0 upright, anticlockwise; it is not wrapped. */
  readonly theta: tf.Tensor1D;
  /** The angular velocity in rad/s. */
  readonly speed: tf.Tensor1D;
}

/** The parameters of a pendulum. */
export interface PendulumParams {
  /** The acceleration of gravity in m/s². */
  readonly gravity: number;
  /** The mass of the rod in kg. */
  readonly mass: number;
  /** The length of the rod in m. */
  readonly length: number;
  /** The greatest torque in N·m. */
  readonly maxTorque: number;
  /** The greatest angular velocity in rad/s. */
  readonly maxSpeed: number;
  /** The duration of a step in s. */
  readonly dt: number;
}

const PARAMS: PendulumParams = { gravity: 10, mass: 1, length: 1, maxTorque: 2, maxSpeed: 8, dt: 0.05 };

/** Options of {@link pendulum}. */
export interface PendulumOptions {
  /** The number of steps after which an episode is truncated; 200 by default. */
  readonly maxSteps?: number;
  /** The height and width of a picture in pixels; 64 by default. */
  readonly size?: number;
}

/**
 * Returns the swing-up of a pendulum: Gymnasium's `Pendulum-v1`, the same dynamics, start and reward.
 *
 * Observation [cos θ, sin θ, θ̇], action the torque u, reward −(θ² + 0.1 θ̇² + 0.001 u²) of the state before
 * the step, with θ from −π to π. It never terminates.
 *
 * Source: Gymnasium, `gymnasium/envs/classic_control/pendulum.py`.
 */
export function pendulum({ maxSteps = 200, size = 64 }: PendulumOptions = {}): Environment<
  PendulumState & Timed,
  PendulumParams
> {
  checkCount("pendulum", "size", size, 1);
  return timeLimit<PendulumState, PendulumParams>(
    {
      name: "pendulum",
      params: PARAMS,
      observationSpace: ({ maxSpeed } = PARAMS) =>
        box([3], {
          low: [-1, -1, -maxSpeed],
          high: [1, 1, maxSpeed],
          names: ["cos θ", "sin θ", "θ̇"],
          units: ["1", "1", "rad/s"],
        }),
      actionSpace: torques,
      reset(key, n) {
        checkCount("pendulum.reset", "n", n, 1);
        const [angleKey, speedKey] = random.split(key);
        const theta = random.uniform(angleKey, [n], { min: -Math.PI, max: Math.PI }) as tf.Tensor1D;
        const speed = random.uniform(speedKey, [n], { min: -1, max: 1 }) as tf.Tensor1D;
        return [{ theta, speed }, observe({ theta, speed })];
      },
      step: move,
      render: ({ theta }) => paintRows("pendulum", { theta }, size, draw),
    },
    maxSteps,
  );
}

function torques({ maxTorque } = PARAMS): Box {
  return box([1], { low: -maxTorque, high: maxTorque, names: ["torque"], units: ["N·m"] });
}

function observe({ theta, speed }: PendulumState): tf.Tensor {
  return tf.tidy(() => tf.stack([theta.cos(), theta.sin(), speed], 1));
}

function move(
  _key: random.Key,
  { theta, speed }: PendulumState,
  action: tf.Tensor,
  params: PendulumParams = PARAMS,
): ReturnType<Environment<PendulumState>["step"]> {
  const { gravity: g, mass: m, length: l, maxTorque, maxSpeed, dt } = params;
  checkAction("pendulum.step", torques(params), action, theta.shape[0]);
  return tf.tidy(() => {
    const u = action.squeeze<tf.Tensor1D>([1]).clipByValue(-maxTorque, maxTorque);
    const effort = speed.square().mul(0.1).add(u.square().mul(0.001));
    const cost = wrap(theta).square().add<tf.Tensor1D>(effort);
    const acceleration = theta
      .sin()
      .mul((3 * g) / (2 * l))
      .add(u.mul(3 / (m * l ** 2)));
    const next = tf.clipByValue(speed.add<tf.Tensor1D>(acceleration.mul(dt)), -maxSpeed, maxSpeed);
    const state = { theta: theta.add<tf.Tensor1D>(next.mul(dt)), speed: next }; // semi-implicit Euler
    return {
      state,
      observation: observe(state),
      reward: cost.neg(),
      terminated: never(theta.shape[0]),
      truncated: never(theta.shape[0]),
    };
  });
}

/** Returns the angle from −π to π. */
function wrap(theta: tf.Tensor1D): tf.Tensor1D {
  const turn = 2 * Math.PI;
  return theta.sub(theta.add(Math.PI).div(turn).floor().mul(turn));
}

function draw(on: Canvas, { theta: [theta = 0] }: { theta: number[] }): void {
  const [centre, length] = [on.width / 2, 0.4 * on.width];
  fill(on, [1, 1, 1]);
  const [x, y] = [centre - length * Math.sin(theta), centre - length * Math.cos(theta)];
  capsule(on, centre, centre, x, y, 0.06 * on.width, [0.8, 0.3, 0.3]);
  disc(on, centre, centre, 0.025 * on.width, [0.1, 0.1, 0.1]);
}
