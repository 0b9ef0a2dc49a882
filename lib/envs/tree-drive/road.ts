import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkAbove, checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";

/**
 * A road that cars drive along from x = 0, with a tree in its middle; lengths are in metres.
 *
 * A car is a disc, and crashes as soon as its centre is nearer to the trunk or a kerb than its radius.
 */
export interface Road {
  /** x of the road's end. */
  readonly length: number;
  /** The kerbs are at y = ± this. */
  readonly halfWidth: number;
  /** x of the tree's centre; its y is 0. */
  readonly tree: number;
  readonly treeRadius: number;
  readonly carRadius: number;
  /** How far a car goes in one step. */
  readonly stride: number;
  /** The angle to the road, in radians, that the actions ±1 ask for. */
  readonly steepest: number;
  /** The standard deviation of y at x = 0. */
  readonly startSpread: number;
}

/** The usual road, 20 m by 8 m: between the trunk and each kerb there is 1 m more than a car's width. */
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
 * Checks that cars come to the end of a road.
 *
 * @throws when a size is not finite or not above 0, the spread of the starts is below 0, or the steepest angle does not lead forward.
 */
export function checkRoad(caller: string, { tree, startSpread, steepest, ...sizes }: Road): void {
  for (const [name, size] of Object.entries(sizes)) checkAbove(caller, `where.${name}`, size);
  if (!Number.isFinite(tree)) throw new Error(`${caller}: where.tree must be a finite number, got ${tree}`);
  if (!(Number.isFinite(startSpread) && startSpread >= 0))
    throw new Error(`${caller}: where.startSpread must be a finite number >= 0, got ${startSpread}`);
  if (!(steepest >= 0 && steepest < Math.PI / 2))
    throw new Error(
      `${caller}: where.steepest must be in [0, π/2), got ${steepest}; at π/2 a car need not come forward`,
    );
}

/** n cars at x = 0 with y ~ N(0, startSpread²), the positions of their centres in metres, [n, 2]. */
export function start(key: random.Key, n: number, { startSpread }: Road = road): tf.Tensor2D {
  checkCount("treeDrive.start", "n", n, 1);
  return tf.tidy(() => {
    const y = random.normal(key, [n, 1]).mul(startSpread);
    return tf.concat([tf.zeros([n, 1]), y], 1) as tf.Tensor2D;
  });
}

/**
 * One step of each car: a stride straight ahead at the angle action · steepest to the road, to the left where that is positive.
 *
 * @param cars positions, [B, 2].
 * @param action [B, 1]; below −1 it is taken as −1, above 1 as 1.
 * @returns the new positions, [B, 2]. Nothing stops a car here; `contact` says whether something would have.
 * @throws when a shape is another one.
 */
export function step(cars: tf.Tensor, action: tf.Tensor, { stride, steepest }: Road = road): tf.Tensor2D {
  checkShape("treeDrive.step", "cars", cars, ["B", 2]);
  checkShape("treeDrive.step", "action", action, [`B=${cars.shape[0]}`, 1], "one row for each car");
  return tf.tidy(() => {
    const angle = action.clipByValue(-1, 1).mul(steepest);
    return cars.add<tf.Tensor2D>(tf.concat([angle.cos(), angle.sin()], 1).mul(stride));
  });
}

/**
 * What a driver sees, [B, 2]: where along the road the car is, from −1 to 1, and where across, ±1 at the kerbs.
 *
 * @param cars positions, [B, 2].
 * @throws when the shape is another one.
 */
export function observe(cars: tf.Tensor, { length, halfWidth }: Road = road): tf.Tensor2D {
  checkShape("treeDrive.observe", "cars", cars, ["B", 2]);
  return tf.tidy(() =>
    cars.mul(tf.tensor1d([2 / length, 1 / halfWidth])).sub<tf.Tensor2D>(tf.tensor1d([1, 0])),
  );
}
