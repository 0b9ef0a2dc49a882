import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";
import { contact, type Obstacle, type Point } from "./contact";
import { checkRoad, observe, road, start, step, type Road } from "./road";

/** A policy: (observations [B, 2], key) → actions [B, 1]. */
export type Policy = (observation: tf.Tensor2D, key: random.Key) => tf.Tensor;

/** The drive of one car. */
export interface Drive {
  /** The positions of its centre at the start, after each step, and at the end, in metres. */
  readonly path: readonly Point[];
  /** Whether it arrived, or what it touched. */
  readonly outcome: "arrived" | Obstacle;
}

/**
 * Drives n cars by a policy, each from a random start until it arrives or touches something.
 *
 * The policy has no memory, and is called at each step. Independent draws at each step average out: a
 * Gaussian policy wide enough for both sides stays in the middle. A mixture policy also alternates between
 * the sides, until the position of the car determines one; with the default road that is after one stride,
 * because the starts are closer together than the two paths are by then.
 *
 * @param n the number of cars.
 * @param where the road, `road` by default.
 * @throws if n is not a positive integer, if cars would not reach the end of the road, or if the actions of
 *   the policy have another shape or are not finite.
 */
export function rollout(policy: Policy, key: random.Key, n: number, where: Road = road): Drive[] {
  checkCount("treeDrive.rollout", "n", n, 1);
  checkRoad("treeDrive.rollout", where);
  const [startKey, policyKey] = random.split(key);
  const drives = Array.from({ length: n }, (): Driving => ({ path: [], outcome: undefined }));
  let cars = start(startKey, n, where);
  try {
    advance(drives, cars, where);
    // Each step moves forward by at least the cosine of the steepest angle, so that all drives end
    for (let t = 0; drives.some(({ outcome }) => outcome === undefined); t++) {
      const draw = random.fold(policyKey, t);
      const next = tf.tidy(() => step(cars, act(policy, observe(cars, where), draw), where));
      cars.dispose();
      cars = next;
      advance(drives, cars, where);
    }
  } finally {
    cars.dispose();
  }
  return drives as Drive[]; // all have an outcome now
}

/** A drive that may not have ended. */
interface Driving {
  readonly path: Point[];
  outcome: Drive["outcome"] | undefined;
}

function act(policy: Policy, observation: tf.Tensor2D, key: random.Key): tf.Tensor {
  const action = policy(observation, key);
  checkShape(
    "treeDrive.rollout",
    "policy(observation, key)",
    action,
    [`B=${observation.shape[0]}`, 1],
    "return one action per car",
  );
  const bad = action.dataSync().find((value) => !Number.isFinite(value));
  if (bad !== undefined)
    throw new Error(
      `treeDrive.rollout: policy(observation, key) must be finite, got ${bad}; check its parameters for NaN`,
    );
  return action;
}

/** Moves the cars that are still driving to their new positions, or to the point of contact. */
function advance(drives: Driving[], cars: tf.Tensor2D, where: Road): void {
  const places = cars.dataSync();
  drives.forEach((drive, i) => {
    if (drive.outcome !== undefined) return;
    const to: Point = [places[2 * i] ?? NaN, places[2 * i + 1] ?? NaN];
    const from = drive.path.at(-1) ?? to;
    const touched = contact(from, to, where);
    const share = touched?.share ?? 1;
    drive.path.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
    if (touched !== undefined) drive.outcome = touched.obstacle;
    else if (to[0] >= where.length) drive.outcome = "arrived";
  });
}
