import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Environment, Start } from "../base/environment";
import { continuing, paintRows } from "../base/rows";
import { box, checkAction } from "../base/spaces";
import { timeLimit, type Timed } from "../wrappers/time-limit";
import { moveRods, type JointState, type Rods } from "./arm-dynamics";
import { drawArm } from "./draw-arm";

/** The state of three-link arms. */
export interface ThreeLinkArmState {
  /**
   * The angles of the joints in radians, [B, 3]: the first to the vertical, the others to the link before,
   * clockwise; not wrapped.
   */
  readonly angles: tf.Tensor2D;
  /** Their angular velocities in rad/s, [B, 3]. */
  readonly speeds: tf.Tensor2D;
}

/** The parameters of a three-link arm: uniform rods with driven joints. */
export interface ThreeLinkArmParams extends Rods {
  /** The greatest torque of each joint in N·m. */
  readonly torque: readonly [number, number, number];
  /** The greatest angular velocity of a joint in rad/s, if velocities are controlled. */
  readonly rate: number;
  /** The duration of a step in s. */
  readonly dt: number;
  /** The goal of the tip in m from the base, y upwards. */
  readonly goal: readonly [x: number, y: number];
}

const PARAMS: ThreeLinkArmParams = {
  lengths: [0.4, 0.35, 0.25],
  masses: [1, 0.8, 0.5],
  gravity: 0,
  friction: 0.1,
  torque: [1, 0.6, 0.3],
  rate: 2,
  dt: 0.1,
  goal: [0.5, 0.5],
};

/** Steps of the integrator in a step of the environment. */
const PARTS = 4;
const JOINTS = ["base", "elbow", "wrist"] as const;

/** Options of {@link threeLinkArm}. */
export interface ThreeLinkArmOptions {
  /** What an action sets in each joint; `"torque"` by default. */
  readonly control?: "torque" | "velocity";
  /** The number of steps after which an episode is truncated; 100 by default. */
  readonly maxSteps?: number;
  /** The height and width of a picture in pixels; 64 by default. */
  readonly size?: number;
}

/**
 * Returns an arm of three links in a plane, whose tip is to reach a goal.
 *
 * With `torque`, an action is the torque of each joint in units of its greatest, and the links move as rigid
 * rods; the state has six numbers, and a picture does not show the velocities. With `velocity`, an action is
 * the velocity of each joint in units of the greatest, and the joints turn by it: one picture shows all that
 * matters. Links do not collide.
 *
 * Observation [cos of the angles, sin of the angles, angular velocities], reward −(distance of the tip from
 * the goal) / (length of the arm) of the state after the step. It starts at rest, anywhere, and never
 * terminates.
 *
 * Source of the task: Watter et al. (2015), Embed to Control, section 4; masses, lengths and the goal are
 * ours.
 */
export function threeLinkArm({
  control = "torque",
  maxSteps = 100,
  size = 64,
}: ThreeLinkArmOptions = {}): Environment<ThreeLinkArmState & Timed, ThreeLinkArmParams> {
  checkCount("threeLinkArm", "size", size, 1);
  const unit = control === "torque" ? "greatest torque" : "greatest velocity";
  const actions = box([3], { low: -1, high: 1, names: [...JOINTS], units: JOINTS.map(() => unit) });
  const move = control === "torque" ? byTorque : byVelocity;
  return timeLimit<ThreeLinkArmState, ThreeLinkArmParams>(
    {
      name: "threeLinkArm",
      params: PARAMS,
      observationSpace: () =>
        box([9], {
          low: [-1, -1, -1, -1, -1, -1, -Infinity, -Infinity, -Infinity],
          high: [1, 1, 1, 1, 1, 1, Infinity, Infinity, Infinity],
          names: ["cos", "sin", "velocity"].flatMap((of) => JOINTS.map((joint) => `${of} ${joint}`)),
          units: ["1", "1", "rad/s"].flatMap((of) => JOINTS.map(() => of)),
        }),
      actionSpace: () => actions,
      reset,
      step(_key, state, action, params = PARAMS) {
        checkAction("threeLinkArm.step", actions, action, state.angles.shape[0]);
        return tree.tidy(() => {
          const next = move(state, action.clipByValue(-1, 1), params);
          const length = params.lengths.reduce((sum, l) => sum + l, 0);
          const away = tip(next, params).sub(tf.tensor1d([...params.goal]));
          return continuing(next, observe(next), away.norm(2, 1).div<tf.Tensor1D>(-length));
        });
      },
      render: ({ angles }, { lengths, goal } = PARAMS) =>
        paintRows("threeLinkArm", { angles }, size, (on, row) => drawArm(on, row.angles, lengths, goal)),
    },
    maxSteps,
  );
}

function reset(key: random.Key, n: number): Start<ThreeLinkArmState> {
  checkCount("threeLinkArm.reset", "n", n, 1);
  const angles = random.uniform(key, [n, 3], { min: -Math.PI, max: Math.PI }) as tf.Tensor2D;
  const state = { angles, speeds: tf.zeros<tf.Rank.R2>([n, 3]) };
  return [state, observe(state)];
}

function byTorque(state: JointState, action: tf.Tensor, params: ThreeLinkArmParams): JointState {
  return moveRods(state, action.mul(tf.tensor1d([...params.torque])), params, params.dt, PARTS);
}

function byVelocity({ angles }: JointState, action: tf.Tensor, { rate, dt }: ThreeLinkArmParams): JointState {
  const speeds = action.mul<tf.Tensor2D>(rate);
  return { angles: angles.add(speeds.mul(dt)), speeds };
}

/** The position of the tip in m, [B, 2]: links at the sums of the angles to the vertical. */
function tip({ angles }: JointState, { lengths: [a, b, c] }: ThreeLinkArmParams): tf.Tensor {
  const [first, second, third] = tf.unstack(angles, 1) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
  const phi = tf.stack([first, first.add(second), first.add(second).add(third)], 1); // [B, 3]
  const lengths = tf.tensor1d([a, b, c]);
  return tf.stack([phi.sin().mul(lengths).sum(1), phi.cos().mul(lengths).sum(1)], 1);
}

function observe({ angles, speeds }: ThreeLinkArmState): tf.Tensor {
  return tf.tidy(() => tf.concat([angles.cos(), angles.sin(), speeds], 1));
}
