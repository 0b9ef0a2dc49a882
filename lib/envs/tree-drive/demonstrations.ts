import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkRoad, observe, road, start, step, type Road } from "./road";

/** Choices of the drivers that are watched. */
export interface DemonstrationOptions {
  /** The share of the drivers that pass the tree on the left, y > 0; 0.5 by default. The numbers are exact, their order is random. */
  readonly leftShare?: number;
  /** The standard deviation of the actions around what a driver intends; 0.03 by default. */
  readonly jitter?: number;
}

/** What drivers saw and did: n drivers of T steps, those of one driver one after another. */
export interface Demonstrations {
  /** [n·T, 2] */
  readonly observations: tf.Tensor2D;
  /** [n·T, 1] */
  readonly actions: tf.Tensor2D;
  /** Where the cars were before each step and at the end, in metres, [n, T+1, 2]. */
  readonly paths: tf.Tensor3D;
}

/** How far before the tree a driver wants to be in the gap, and how far ahead one looks at least. */
const AHEAD = { gap: 2, least: 4 };

/**
 * Drives around the tree: each driver chooses a side, whatever the start, makes for the middle of that gap, and drives on in it.
 *
 * At the start both sides are seen from the same place, so p(action|observation) has two modes there; a step later the place tells.
 *
 * @param n how many drivers.
 * @throws when n is no whole number above 0, leftShare is not in [0, 1], the jitter is negative, or cars would not come to the end of the road.
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
    const [seen, done]: [tf.Tensor[], tf.Tensor[]] = [[], []];
    for (let t = 0; t < strides(where); t++) {
      const now = cars[t] as tf.Tensor2D;
      const noise = random.normal(random.fold(jitterKey, t), [n, 1]).mul(jitter);
      const action = intention(now, side, where).add(noise);
      seen.push(observe(now, where));
      done.push(action);
      cars.push(step(now, action, where));
    }
    const rows = (steps: tf.Tensor[], width: number) => tf.stack(steps, 1).reshape<tf.Tensor2D>([-1, width]);
    return { observations: rows(seen, 2), actions: rows(done, 1), paths: tf.stack(cars, 1) as tf.Tensor3D };
  });
}

/** The steps in which a car that passes the tree comes to the end of the road: a few more than on the straight. */
function strides({ length, stride }: Road): number {
  return Math.ceil((1.05 * length) / stride);
}

/** The action that points to the middle of the gap on the driver's side, [n, 1]. */
function intention(cars: tf.Tensor2D, side: tf.Tensor, where: Road): tf.Tensor {
  const [x, y] = tf.split(cars, 2, 1) as [tf.Tensor, tf.Tensor];
  const middle = (where.treeRadius + where.halfWidth) / 2;
  const ahead = tf.maximum(x.neg().add(where.tree - AHEAD.gap), AHEAD.least);
  return tf.atan2(side.mul(middle).sub(y), ahead).div(where.steepest);
}
