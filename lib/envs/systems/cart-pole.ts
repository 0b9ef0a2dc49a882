import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { fill, type Canvas } from "../../raster/canvas";
import { box as rectangle, capsule, disc } from "../../raster/shapes";
import type { Environment, Transition } from "../base/environment";
import { never, paintRows } from "../base/rows";
import { box, checkAction, discrete, type Space } from "../base/spaces";
import { timeLimit, type Timed } from "../wrappers/time-limit";

/** The state of carts with poles, each [B]. */
export interface CartPoleState {
  /** The position of the cart in m. */
  readonly x: tf.Tensor1D;
  /** Its velocity in m/s. */
  readonly speed: tf.Tensor1D;
  /** The angle of the pole in radians, 0 upright, clockwise. */
  readonly theta: tf.Tensor1D;
  /** Its angular velocity in rad/s. */
  readonly spin: tf.Tensor1D;
}

/** The parameters of a cart with a pole. */
export interface CartPoleParams {
  /** The acceleration of gravity in m/s². */
  readonly gravity: number;
  /** The mass of the cart in kg. */
  readonly cartMass: number;
  /** The mass of the pole in kg. */
  readonly poleMass: number;
  /** Half the length of the pole in m. */
  readonly halfLength: number;
  /** The greatest force in N. */
  readonly force: number;
  /** The duration of a step in s. */
  readonly dt: number;
  /** The episode terminates beyond ±track, in m. */
  readonly track: number;
}

const PARAMS: CartPoleParams = {
  gravity: 9.8,
  cartMass: 1,
  poleMass: 0.1,
  halfLength: 0.5,
  force: 10,
  dt: 0.02,
  track: 2.4,
};

/** Balancing terminates at 12 degrees. */
const FALLEN = (12 * Math.PI) / 180;

/** Options of {@link cartPole}. */
export interface CartPoleOptions {
  /** What is to be done; `"balance"` by default. */
  readonly task?: "balance" | "swing-up";
  /** The number of steps after which an episode is truncated; 500 by default. */
  readonly maxSteps?: number;
  /** The height and width of a picture in pixels; 64 by default. */
  readonly size?: number;
}

/**
 * Returns a cart on a track with a pole on it.
 *
 * `balance` is Gymnasium's `CartPole-v1`: actions 0 and 1 push to the left and to the right, the pole starts
 * upright, each step gives 1, and the episode terminates at 12° or at the end of the track. Observation
 * [x, ẋ, θ, θ̇].
 *
 * `swing-up` has the same dynamics, an action from −1 to 1 in units of the greatest force, a pole that starts
 * hanging, and the reward ½ (1 + cos θ) (1 − (x / track)²) of the state after the step, not below 0; it
 * terminates at the end of the track. Observation [x, ẋ, cos θ, sin θ, θ̇].
 *
 * Source: Gymnasium, `gymnasium/envs/classic_control/cartpole.py`.
 */
export function cartPole({ task = "balance", maxSteps = 500, size = 64 }: CartPoleOptions = {}): Environment<
  CartPoleState & Timed,
  CartPoleParams
> {
  checkCount("cartPole", "size", size, 1);
  const balance = task === "balance";
  const actions: Space = balance
    ? discrete(2, ["left", "right"])
    : box([1], { low: -1, high: 1, names: ["force"], units: ["greatest force"] });
  const observe = balance ? observeAngle : observeCircle;
  return timeLimit<CartPoleState, CartPoleParams>(
    {
      name: "cartPole",
      params: PARAMS,
      observationSpace: ({ track } = PARAMS) => observations(balance, track),
      actionSpace: () => actions,
      reset(key, n) {
        checkCount("cartPole.reset", "n", n, 1);
        return tf.tidy(() => {
          const noise = random.uniform(key, [4, n], { min: -0.05, max: 0.05 });
          const [x, speed, angle, spin] = tf.unstack(noise) as [R1, R1, R1, R1];
          const state = { x, speed, theta: balance ? angle : angle.add<R1>(Math.PI), spin };
          return [state, observe(state)] as const;
        });
      },
      step(_key, state, action, params = PARAMS) {
        checkAction("cartPole.step", actions, action, state.x.shape[0]);
        return tree.tidy((): Transition<CartPoleState> => {
          const push = balance
            ? action.cast("float32").mul(2).sub<R1>(1)
            : action.squeeze<R1>([1]).clipByValue(-1, 1);
          const next = move(state, push.mul(params.force), params);
          const off = next.x.abs().greater(params.track);
          const upright = next.theta.cos().add(1).mul(0.5);
          const centred = tf.relu(tf.sub(1, next.x.div(params.track).square()));
          return {
            state: next,
            observation: observe(next),
            reward: balance ? tf.onesLike(next.x) : upright.mul(centred),
            terminated: balance ? off.logicalOr<R1>(next.theta.abs().greater(FALLEN)) : (off as R1),
            truncated: never(next.x.shape[0]),
          };
        });
      },
      render: ({ x, theta }, { track, halfLength } = PARAMS) =>
        paintRows("cartPole", { x, theta }, size, (on, row) => draw(on, row, track, halfLength)),
    },
    maxSteps,
  );
}

type R1 = tf.Tensor1D;

function observations(balance: boolean, track: number): Space {
  const [any, x] = [Infinity, 2 * track];
  return balance
    ? box([4], {
        low: [-x, -any, -2 * FALLEN, -any],
        high: [x, any, 2 * FALLEN, any],
        names: ["x", "ẋ", "θ", "θ̇"],
        units: ["m", "m/s", "rad", "rad/s"],
      })
    : box([5], {
        low: [-x, -any, -1, -1, -any],
        high: [x, any, 1, 1, any],
        names: ["x", "ẋ", "cos θ", "sin θ", "θ̇"],
        units: ["m", "m/s", "1", "1", "rad/s"],
      });
}

function observeAngle({ x, speed, theta, spin }: CartPoleState): tf.Tensor {
  return tf.stack([x, speed, theta, spin], 1);
}

function observeCircle({ x, speed, theta, spin }: CartPoleState): tf.Tensor {
  return tf.tidy(() => tf.stack([x, speed, theta.cos(), theta.sin(), spin], 1));
}

/** Explicit Euler, as Gymnasium's default. */
function move(
  { x, speed, theta, spin }: CartPoleState,
  force: tf.Tensor,
  { gravity, cartMass, poleMass, halfLength: l, dt }: CartPoleParams,
): CartPoleState {
  const [mass, lever] = [cartMass + poleMass, poleMass * l];
  const [cos, sin] = [theta.cos(), theta.sin()];
  const pull = force.add(spin.square().mul(sin).mul(lever)).div(mass);
  const inertia = tf.sub(4 / 3, cos.square().mul(poleMass / mass)).mul(l);
  const turning = sin.mul(gravity).sub(cos.mul(pull)).div(inertia); // θ̈
  const acceleration = pull.sub(turning.mul(cos).mul(lever / mass)); // ẍ
  return {
    x: x.add(speed.mul(dt)),
    speed: speed.add(acceleration.mul(dt)),
    theta: theta.add(spin.mul(dt)),
    spin: spin.add(turning.mul(dt)),
  };
}

function draw(
  on: Canvas,
  { x: [x = 0], theta: [theta = 0] }: Record<"x" | "theta", number[]>,
  track: number,
  halfLength: number,
): void {
  const scale = on.width / (2.3 * track);
  const [cx, cy] = [on.width / 2 + scale * x, 0.65 * on.height];
  const [w, h] = [0.09 * on.width, 0.05 * on.width];
  fill(on, [1, 1, 1]);
  rectangle(on, 0, cy + h, on.width, cy + h + 0.02 * on.height, [0.5, 0.5, 0.5]);
  rectangle(on, cx - w, cy - h, cx + w, cy + h, [0.15, 0.15, 0.2]);
  const length = 3 * halfLength * scale; // drawn longer than it is, to be seen
  const [px, py] = [cx + length * Math.sin(theta), cy - length * Math.cos(theta)];
  capsule(on, cx, cy, px, py, 0.03 * on.width, [0.8, 0.6, 0.4]);
  disc(on, cx, cy, 0.02 * on.width, [0.5, 0.5, 0.8]);
}
