import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";

/**
 * A road along which cars drive from x = 0, with a tree in the middle; lengths are in metres.
 *
 * A car is a disc, which crashes if its centre is closer to the trunk or a kerb than its radius.
 */
export interface Road {
  /** x of the end of the road. */
  readonly length: number;
  /** The kerbs are at y = ±halfWidth. */
  readonly halfWidth: number;
  /** x of the centre of the tree, at y = 0. */
  readonly tree: number;
  /** The radius of the trunk. */
  readonly treeRadius: number;
  /** The radius of a car. */
  readonly carRadius: number;
  /** The distance that a car moves in one step. */
  readonly stride: number;
  /** The angle to the road at the actions ±1, in radians. */
  readonly steepest: number;
  /** The standard deviation of y at the start. */
  readonly startSpread: number;
}

/** The default road, 20 m by 8 m: the gap between the trunk and each kerb is 1 m wider than a car. */
export const road: Road = {
  length: 20,
  halfWidth: 4,
  tree: 10,
  treeRadius: 1,
  carRadius: 1,
  stride: 1,
  steepest: Math.PI / 4,
  startSpread: 0.05,
};

/**
 * Checks that cars reach the end of a road.
 *
 * @throws if a size is not finite or not above 0, if the spread of the starts is negative, or if the steepest
 *   angle does not lead forward.
 */
export function checkRoad(caller: string, { tree, startSpread, steepest, ...sizes }: Road): void {
  for (const [name, size] of Object.entries(sizes)) checkAbove(caller, `where.${name}`, size);
  if (!Number.isFinite(tree)) throw new Error(`${caller}: where.tree must be a finite number, got ${tree}`);
  if (!(Number.isFinite(startSpread) && startSpread >= 0))
    throw new Error(`${caller}: where.startSpread must be a finite number >= 0, got ${startSpread}`);
  if (!(steepest >= 0 && steepest < Math.PI / 2))
    throw new Error(
      `${caller}: where.steepest must be in [0, π/2), got ${steepest}; at π/2 a car may not move forward`,
    );
}

/**
 * Draws the starting positions of n cars in metres, [n, 2]: x = 0 and y ~ N(0, startSpread²).
 *
 * @throws if n is not a positive integer.
 */
export function start(key: random.Key, n: number, { startSpread }: Road = road): tf.Tensor2D {
  checkCount("treeDrive.start", "n", n, 1);
  return tf.tidy(() => {
    const y = random.normal(key, [n, 1]).mul(startSpread);
    return tf.concat([tf.zeros([n, 1]), y], 1) as tf.Tensor2D;
  });
}

/**
 * Moves each car by one stride at the angle action · steepest to the road; positive angles turn left.
 *
 * @param cars positions in metres, [B, 2].
 * @param action [B, 1], clipped to [−1, 1].
 * @returns the new positions, [B, 2]. Collisions are ignored; see `contact`.
 * @throws if a shape differs.
 */
export function step(cars: tf.Tensor, action: tf.Tensor, { stride, steepest }: Road = road): tf.Tensor2D {
  checkShape("treeDrive.step", "cars", cars, ["B", 2]);
  checkShape("treeDrive.step", "action", action, [`B=${cars.shape[0]}`, 1], "give one row per car");
  return tf.tidy(() => {
    const angle = action.clipByValue(-1, 1).mul(steepest);
    return cars.add<tf.Tensor2D>(tf.concat([angle.cos(), angle.sin()], 1).mul(stride));
  });
}

/**
 * Returns the observations of the drivers, [B, 2]: the position along the road, from −1 to 1, and across it,
 * ±1 at the kerbs.
 *
 * @param cars positions in metres, [B, 2].
 * @throws if the shape differs.
 */
export function observe(cars: tf.Tensor, { length, halfWidth }: Road = road): tf.Tensor2D {
  checkShape("treeDrive.observe", "cars", cars, ["B", 2]);
  return tf.tidy(() =>
    cars.mul(tf.tensor1d([2 / length, 1 / halfWidth])).sub<tf.Tensor2D>(tf.tensor1d([1, 0])),
  );
}
