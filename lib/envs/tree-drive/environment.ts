import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as tree from "../../core/tensor/tree";
import { fill, type Canvas } from "../../raster/canvas";
import { box as rectangle, disc } from "../../raster/shapes";
import type { Environment, Transition } from "../base/environment";
import { never, paintRows } from "../base/rows";
import { box, checkAction, type Box } from "../base/spaces";
import { timeLimit, type Timed } from "../wrappers/time-limit";
import { checkRoad, observe, road, start, step, type Road } from "./road";

/** The state of cars. */
export interface TreeDriveState {
  /** The positions of their centres in metres, [B, 2]. */
  readonly cars: tf.Tensor2D;
}

/** Options of {@link environment}. */
export interface EnvironmentOptions {
  /** The number of steps after which an episode is truncated; 40 by default. */
  readonly maxSteps?: number;
  /** The height and width of a picture in pixels; 64 by default. */
  readonly size?: number;
}

const ACTIONS: Box = box([1], { low: -1, high: 1, names: ["angle"], units: ["steepest angle"] });

/**
 * Returns the drive around the tree as an environment; its parameters are the road.
 *
 * Observations and actions are those of `observe` and `step`. A car that touches something stops there, and
 * its episode terminates, as it does at the end of the road; arriving gives 1, every other step 0.
 */
export function environment({ maxSteps = 40, size = 64 }: EnvironmentOptions = {}): Environment<
  TreeDriveState & Timed,
  Road
> {
  checkCount("treeDrive.environment", "size", size, 1);
  return timeLimit<TreeDriveState, Road>(
    {
      name: "treeDrive",
      params: road,
      observationSpace: ({ length, stride } = road) =>
        box([2], {
          low: [-1, -1],
          high: [1 + (2 * stride) / length, 1],
          names: ["along", "across"],
          units: ["half the length", "half the width"],
        }),
      actionSpace: () => ACTIONS,
      reset(key, n, params = road) {
        checkCount("treeDrive.reset", "n", n, 1);
        checkRoad("treeDrive.reset", params);
        const cars = start(key, n, params);
        return [{ cars }, observe(cars, params)];
      },
      step(_key, { cars }, action, params = road) {
        checkAction("treeDrive.step", ACTIONS, action, cars.shape[0]);
        return tree.tidy((): Transition<TreeDriveState> => {
          const goal = step(cars, action, params);
          const share = contactShare(cars, goal, params); // [B, 1]
          const touched = share.lessEqual(1).squeeze<tf.Tensor1D>([1]);
          const next = cars.add<tf.Tensor2D>(goal.sub(cars).mul(share.minimum(1)));
          const beyond = next.slice([0, 0], [-1, 1]).greaterEqual(params.length).squeeze([1]);
          const arrived = beyond.logicalAnd(touched.logicalNot());
          return {
            state: { cars: next },
            observation: observe(next, params),
            reward: arrived.cast("float32"),
            terminated: arrived.logicalOr(touched),
            truncated: never(cars.shape[0]),
          };
        });
      },
      render: ({ cars }, where = road) =>
        paintRows("treeDrive", { cars }, size, (on, { cars: [x = 0, y = 0] }) => draw(on, x, y, where)),
    },
    maxSteps,
  );
}

/**
 * `contact` for a batch: the fraction of each segment before the first contact, [B, 1], above 1 if there is
 * none.
 */
function contactShare(
  from: tf.Tensor2D,
  to: tf.Tensor2D,
  { tree: trunk, treeRadius, carRadius, halfWidth }: Road,
): tf.Tensor2D {
  const [x, y] = tf.split(from, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const [dx, dy] = tf.split(to.sub(from), 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const fx = x.sub(trunk);
  // |f + s d|² = (r + R)²: a s² + 2 b s + c = 0
  const a = dx.square().add(dy.square());
  const b = dx.mul(fx).add(dy.mul(y));
  const c = fx
    .square()
    .add(y.square())
    .sub((treeRadius + carRadius) ** 2);
  const root = b.square().sub(a.mul(c));
  const meets = b.less(0).logicalAnd(root.greaterEqual(0));
  const none = tf.onesLike(x).mul(2);
  const first = c.div(root.maximum(0).sqrt().sub(b).maximum(1e-12));
  const atTree = tf.where(c.lessEqual(0), tf.zerosLike(x), tf.where(meets, first, none));
  // The kerbs at ±(halfWidth − carRadius)
  const limit = halfWidth - carRadius;
  const end = y.add(dy);
  const crossed = end
    .sign()
    .mul(limit)
    .sub(y)
    .div(tf.where(dy.equal(0), tf.onesLike(dy), dy));
  const atKerb = tf.where(
    y.abs().greaterEqual(limit),
    tf.zerosLike(x),
    tf.where(end.abs().greaterEqual(limit), crossed, none),
  );
  return atTree.minimum(atKerb);
}

function draw(on: Canvas, x: number, y: number, { length, halfWidth, ...where }: Road): void {
  const scale = on.width / (length + 2);
  const middle = on.height / 2;
  fill(on, [0.55, 0.72, 0.45]);
  rectangle(on, 0, middle - scale * halfWidth, on.width, middle + scale * halfWidth, [0.62, 0.62, 0.65]);
  const end = scale * (length + 1);
  rectangle(on, end, middle - scale * halfWidth, end + 1, middle + scale * halfWidth, [1, 1, 1]);
  disc(on, scale * (where.tree + 1), middle, scale * where.treeRadius, [0.35, 0.25, 0.15]);
  disc(on, scale * (x + 1), middle - scale * y, scale * where.carRadius, [0.8, 0.25, 0.2]);
}
