import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import { fill, type Canvas } from "../../raster/canvas";
import { disc } from "../../raster/shapes";
import type { Environment } from "../base/environment";
import { continuing, paintRows } from "../base/rows";
import { box, checkAction } from "../base/spaces";
import { timeLimit, type Timed } from "../wrappers/time-limit";

/** The state of the planar system. */
export interface PlanarState {
  /** The position of the agent, [B, 2], in the units of the plane; y points down, as in the picture. */
  readonly position: tf.Tensor2D;
}

/** The parameters of the planar system; lengths in units of which the plane has 40 by 40. */
export interface PlanarParams {
  /** The greatest move along each axis in a step. */
  readonly move: number;
  /** The least distance of the agent's centre from an obstacle's. */
  readonly clearance: number;
  /** The radius of the agent, its distance from the walls. */
  readonly radius: number;
  /** The goal. */
  readonly goal: readonly [x: number, y: number];
}

const SIDE = 40;
const PARAMS: PlanarParams = { move: 3, clearance: 3.5, radius: 2.5, goal: [35, 35] };

/**
 * The centres of the obstacles of {@link planar}, in the units of the plane: at least two clearances apart.
 */
export const PLANAR_OBSTACLES: readonly (readonly [x: number, y: number])[] = [
  [13, 10],
  [8, 26],
  [20, 20],
  [29, 11],
  [32, 28],
  [19, 33],
];

const ACTIONS = box([2], { low: -1, high: 1, names: ["x", "y"], units: ["greatest move", "greatest move"] });

/** Options of {@link planar}. */
export interface PlanarOptions {
  /** The number of steps after which an episode is truncated; 40 by default. */
  readonly maxSteps?: number;
  /** The height and width of a picture in pixels; 40 by default. */
  readonly size?: number;
}

/**
 * Returns the planar system of Embed to Control: an agent in a square with six obstacles, seen from above.
 *
 * An action moves the agent; walls stop it, and it slides around obstacles. Only the end of a move is
 * checked.
 * Observation [x, y] from −1 to 1, reward −(distance to the goal) / 40. It never terminates.
 *
 * Source: Watter et al. (2015), Embed to Control, section 4.1; there the agent may not enter obstacles.
 */
export function planar({ maxSteps = 40, size = SIDE }: PlanarOptions = {}): Environment<
  PlanarState & Timed,
  PlanarParams
> {
  checkCount("planar", "size", size, 1);
  return timeLimit<PlanarState, PlanarParams>(
    {
      name: "planar",
      params: PARAMS,
      observationSpace: () => box([2], { low: -1, high: 1, names: ["x", "y"], units: ["1", "1"] }),
      actionSpace: () => ACTIONS,
      reset(key, n, { clearance, radius } = PARAMS) {
        checkCount("planar.reset", "n", n, 1);
        return tf.tidy(() => {
          const drawn = random.uniform(key, [n, 2], { min: radius, max: SIDE - radius });
          const state = { position: outside(drawn as tf.Tensor2D, clearance) };
          return [state, observe(state)] as const;
        });
      },
      step(_key, { position }, action, { move, clearance, radius, goal } = PARAMS) {
        checkAction("planar.step", ACTIONS, action, position.shape[0]);
        return tree.tidy(() => {
          const to = position.add<tf.Tensor2D>(action.clipByValue(-1, 1).mul(move));
          const state = { position: outside(tf.clipByValue(to, radius, SIDE - radius), clearance) };
          const reward = state.position
            .sub(tf.tensor1d([...goal]))
            .norm(2, 1)
            .div(-SIDE);
          return continuing(state, observe(state), reward as tf.Tensor1D);
        });
      },
      render: ({ position }, { goal } = PARAMS) =>
        paintRows("planar", { position }, size, (on, row) => draw(on, row, goal)),
    },
    maxSteps,
  );
}

/** Moves positions inside an obstacle radially to its clearance; at most one is that near. */
function outside(position: tf.Tensor2D, clearance: number): tf.Tensor2D {
  const centres = tf.tensor2d(PLANAR_OBSTACLES.map((centre) => [...centre])); // [6, 2]
  const away = position.expandDims(1).sub(centres); // [B, 6, 2]
  const distance = away.square().sum(2, true).add(1e-12).sqrt(); // [B, 6, 1]
  const missing = tf.relu(distance.neg().add(clearance));
  return position.add(away.mul(missing.div(distance)).sum(1));
}

function observe({ position }: PlanarState): tf.Tensor {
  return tf.tidy(() => position.mul(2 / SIDE).sub(1));
}

function draw(
  on: Canvas,
  { position: [x = 0, y = 0] }: { position: number[] },
  [goalX, goalY]: readonly [number, number],
): void {
  const scale = on.width / SIDE;
  fill(on, [0, 0, 0]);
  for (const [ox, oy] of PLANAR_OBSTACLES) disc(on, scale * ox, scale * oy, 2 * scale, [0.55, 0.55, 0.6]);
  disc(on, scale * goalX, scale * goalY, 2 * scale, [0.1, 0.35, 0.15]);
  disc(on, scale * x, scale * y, 1.75 * scale, [1, 0.95, 0.85]);
}
