import * as tf from "@tensorflow/tfjs";
import * as random from "../../core/random";
import { checkCount } from "../../core/numeric/check-number";
import { checkShape } from "../../core/tensor/shape";
import { contact, type Obstacle, type Point } from "./contact";
import { checkRoad, observe, road, start, step, type Road } from "./road";

/** A driver: what it sees, [B, 2], and a key for its draws → its actions, [B, 1]. */
export type Policy = (observation: tf.Tensor2D, key: random.Key) => tf.Tensor;

/** The drive of one car. */
export interface Drive {
  /** Where its centre was at the start, after each step, and at the end, in metres. */
  readonly path: readonly Point[];
  /** How it ended. */
  readonly outcome: "arrived" | Obstacle;
}

/**
 * Lets n cars drive by a policy, each from its own start until it has arrived or touches something.
 *
 * The policy is asked anew in each step, and remembers nothing. Draws that differ from step to step average out over the strides: a Gaussian
 * policy as wide as both ways together stays in the middle. A mixture wavers too, until the place of the car tells the way; with the usual
 * road that is so after one stride, as the starts are closer together than the ways are by then.
 *
 * @throws when n is no whole number above 0, cars would not come to the end of the road, or the policy's actions have another shape or are not finite.
 */
export function rollout(policy: Policy, key: random.Key, n: number, where: Road = road): Drive[] {
  checkCount("treeDrive.rollout", "n", n, 1);
  checkRoad("treeDrive.rollout", where);
  const [startKey, policyKey] = random.split(key);
  const drives = Array.from({ length: n }, (): Driving => ({ path: [], outcome: undefined }));
  let cars = start(startKey, n, where);
  try {
    advance(drives, cars, where);
    // Each step goes forward by the cosine of the steepest angle at least, so that all cars come to an end
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
  return drives as Drive[]; // none is without an outcome now
}

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
    "one action for each car",
  );
  const bad = action.dataSync().find((value) => !Number.isFinite(value));
  if (bad !== undefined)
    throw new Error(
      `treeDrive.rollout: policy(observation, key) must be finite, got ${bad}; look at its parameters for NaN`,
    );
  return action;
}

/** Takes the cars that still drive to their new places, or as far as they come. */
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
