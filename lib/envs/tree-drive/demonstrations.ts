import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkRoad, observe, road, start, step, type Road } from "./road";

/** The options of {@link demonstrations}. */
export interface DemonstrationOptions {
  /**
   * The fraction of drivers that pass the tree on the left, y > 0; 0.5 by default. The count is exact, the
   * order random.
   */
  readonly leftShare?: number;
  /** The standard deviation of the actions around the intended ones; 0.03 by default. */
  readonly jitter?: number;
}

/**
 * The observations and actions of n drivers over T steps, with the steps of each driver in consecutive rows.
 */
export interface Demonstrations {
  /** The observation before each step, [n·T, 2], see `observe`. */
  readonly observations: tf.Tensor2D;
  /** The action of each step, [n·T, 1], see `step`. */
  readonly actions: tf.Tensor2D;
  /** The positions of the cars before each step and at the end, in metres, [n, T+1, 2]. */
  readonly paths: tf.Tensor3D;
}

/** How far before the tree a driver aims to be in the gap, and the minimum distance to the aim, in metres. */
const AHEAD = { gap: 2, least: 4 };

/**
 * Simulates drives around the tree: each driver chooses a side independently of the start, steers to the
 * middle of that gap, and stays in it.
 *
 * Both sides are chosen from the same starting positions, so p(action|observation) is bimodal there; one step
 * later, the position determines the side.
 *
 * @param n the number of drivers.
 * @param where the road, `road` by default.
 * @throws if n is not a positive integer, if `leftShare` is not in [0, 1], if `jitter` is negative or not
 *   finite, or if cars would not reach the end of the road.
 */
export function demonstrations(
  key: random.Key,
  n: number,
  { leftShare = 0.5, jitter = 0.03 }: DemonstrationOptions = {},
  where: Road = road,
): Demonstrations {
  checkCount("treeDrive.demonstrations", "n", n, 1);
  if (!(leftShare >= 0 && leftShare <= 1))
    throw new Error(`treeDrive.demonstrations: leftShare must be in [0, 1], got ${leftShare}`);
  if (!(Number.isFinite(jitter) && jitter >= 0))
    throw new Error(`treeDrive.demonstrations: jitter must be a finite number >= 0, got ${jitter}`);
  checkRoad("treeDrive.demonstrations", where);
  const [startKey, sideKey, jitterKey] = random.split(key, 3);
  const lefts = Math.round(n * leftShare);
  const order = random.permutation(sideKey, n);
  return tf.tidy(() => {
    const side = tf.tensor2d(
      Array.from(order, (place) => (place < lefts ? 1 : -1)),
      [n, 1],
    );
    const cars = [start(startKey, n, where)];
    const [observations, actions]: [tf.Tensor[], tf.Tensor[]] = [[], []];
    for (let t = 0; t < strides(where); t++) {
      const now = cars[t] as tf.Tensor2D;
      const noise = random.normal(random.fold(jitterKey, t), [n, 1]).mul(jitter);
      const action = intention(now, side, where).add(noise);
      observations.push(observe(now, where));
      actions.push(action);
      cars.push(step(now, action, where));
    }
    const rows = (steps: tf.Tensor[], width: number) => tf.stack(steps, 1).reshape<tf.Tensor2D>([-1, width]);
    return {
      observations: rows(observations, 2),
      actions: rows(actions, 1),
      paths: tf.stack(cars, 1) as tf.Tensor3D,
    };
  });
}

/**
 * The number of steps in which a car that passes the tree reaches the end: a few more than straight ahead.
 */
function strides({ length, stride }: Road): number {
  return Math.ceil((1.05 * length) / stride);
}

/** The action that steers to the middle of the gap on the driver's side, [n, 1]. */
function intention(cars: tf.Tensor2D, side: tf.Tensor, where: Road): tf.Tensor {
  const [x, y] = tf.split(cars, 2, 1) as [tf.Tensor, tf.Tensor];
  const middle = (where.treeRadius + where.halfWidth) / 2;
  const ahead = tf.maximum(x.neg().add(where.tree - AHEAD.gap), AHEAD.least);
  return tf.atan2(side.mul(middle).sub(y), ahead).div(where.steepest);
}
