import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Environment, Transition } from "../base/environment";
import { never, paintRows } from "../base/rows";
import { box, checkAction, discrete, type Space } from "../base/spaces";
import { timeLimit, type Timed } from "../wrappers/time-limit";
import { gridPainter } from "./draw-grid";
import { FOUR_ROOMS, readMap, type GridMap } from "./grid-map";
import { slippery } from "./slip";

/** The state of agents in grid worlds, each [B] int32; cells count from the top left. */
export interface GridWorldState {
  /** The column. */
  readonly x: tf.Tensor1D;
  /** The row, 0 at the top. */
  readonly y: tf.Tensor1D;
}

/** The parameters of a grid world. */
export interface GridWorldParams {
  /** The probability with which a random action takes the place of the chosen one. */
  readonly slip: number;
  /** The reward for entering a goal. */
  readonly goal: number;
  /** The reward for entering a trap. */
  readonly trap: number;
  /** The reward of every other step. */
  readonly step: number;
}

const PARAMS: GridWorldParams = { slip: 0, goal: 1, trap: -1, step: 0 };
const ACTIONS = discrete(4, ["up", "down", "left", "right"]);
/** The changes of x and y by each action. */
const [DX, DY] = [
  [0, 0, -1, 1],
  [-1, 1, 0, 0],
];

/** Options of {@link gridWorld}. */
export interface GridWorldOptions {
  /**
   * The map, a line for each row: `#` a wall, a space or `S` the floor, `G` a goal, `X` a trap. Episodes
   * start in an `S`, or on any floor if there is none. By default four rooms of 13 by 13 cells with their
   * walls.
   */
  readonly map?: readonly string[];
  /** The number of steps after which an episode is truncated; 100 by default. */
  readonly maxSteps?: number;
  /** The height and width of a picture in pixels, of which each cell needs one; 64 by default. */
  readonly size?: number;
}

/**
 * Returns a grid world: an agent that moves from cell to cell, until it enters a goal or a trap.
 *
 * Actions: up, down, left, right. A wall or the edge of the map stops a move, which then costs a step. A goal
 * gives `params.goal` and terminates, a trap gives `params.trap` and terminates, every other step gives
 * `params.step`. Observation [x, y] from −1 to 1; for pixels see `pixels`.
 *
 * Source of the default map: Sutton, Precup and Singh (1999), Between MDPs and semi-MDPs, figure 2.
 *
 * @throws if lines of the map differ in length, it has other characters, or no cell to start from.
 */
export function gridWorld({
  map: lines = FOUR_ROOMS,
  maxSteps = 100,
  size = 64,
}: GridWorldOptions = {}): Environment<GridWorldState & Timed, GridWorldParams> {
  const map = readMap(lines);
  checkCount("gridWorld", "size", size, Math.max(map.width, map.height));
  const paint = gridPainter(map);
  const starts = startsOf(map);
  return timeLimit<GridWorldState, GridWorldParams>(
    {
      name: "gridWorld",
      params: PARAMS,
      observationSpace: observations,
      actionSpace: () => ACTIONS,
      reset(key, n) {
        checkCount("gridWorld.reset", "n", n, 1);
        return tree.tidy(() => {
          const which = random.randint(key, [n], { max: starts.length });
          const cell = (i: 0 | 1): R1 =>
            tf.gather(
              tf.tensor1d(
                starts.map((start) => start[i]),
                "int32",
              ),
              which,
            );
          const state = { x: cell(0), y: cell(1) };
          return [state, observe(map, state)] as const;
        });
      },
      step(key, state, action, params = PARAMS) {
        checkAction("gridWorld.step", ACTIONS, action, state.x.shape[0]);
        return tree.tidy(() => move(map, state, slippery(key, action, ACTIONS.n, params.slip), params));
      },
      render: ({ x, y }) =>
        paintRows("gridWorld", { x, y }, size, (on, row) => paint(on, row.x[0] ?? 0, row.y[0] ?? 0)),
    },
    maxSteps,
  );
}

type R1 = tf.Tensor1D;

function observations(): Space {
  return box([2], { low: -1, high: 1, names: ["x", "y"], units: ["1", "1"] });
}

/** The cells in which an episode may start, as [x, y]. */
function startsOf({ cells, width }: GridMap): (readonly [x: number, y: number])[] {
  const kind = cells.includes("S") ? "S" : " ";
  return cells.flatMap((cell, i) => (cell === kind ? [[i % width, Math.floor(i / width)] as const] : []));
}

/** Whether cells are of a kind, [B] bool. */
function is(kind: string, { cells, width }: GridMap, x: tf.Tensor, y: tf.Tensor): R1 {
  const table = tf.tensor1d(
    cells.map((cell) => Number(cell === kind)),
    "int32",
  );
  return tf.gather(table, y.mul(tf.scalar(width, "int32")).add<R1>(x)).greater(0);
}

function move(
  map: GridMap,
  { x, y }: GridWorldState,
  action: tf.Tensor,
  { goal, trap, step }: GridWorldParams,
): Transition<GridWorldState> {
  const change = (by: readonly number[], last: number, from: R1): R1 =>
    tf.clipByValue(from.add<R1>(tf.gather(tf.tensor1d([...by], "int32"), action)), 0, last).cast("int32");
  const [toX, toY] = [change(DX, map.width - 1, x), change(DY, map.height - 1, y)];
  const blocked = is("#", map, toX, toY);
  const next = { x: tf.where(blocked, x, toX), y: tf.where(blocked, y, toY) };
  const [wins, falls] = [is("G", map, next.x, next.y), is("X", map, next.x, next.y)];
  const ends = wins.logicalOr<R1>(falls);
  const value = (on: tf.Tensor, reward: number): tf.Tensor => on.cast("float32").mul(reward);
  return {
    state: next,
    observation: observe(map, next),
    reward: value(wins, goal).add(value(falls, trap)).add<R1>(value(ends.logicalNot(), step)),
    terminated: ends,
    truncated: never(x.shape[0]),
  };
}

function observe({ width, height }: GridMap, { x, y }: GridWorldState): tf.Tensor {
  const place = (at: tf.Tensor, cells: number): tf.Tensor =>
    at
      .cast("float32")
      .mul(2 / Math.max(1, cells - 1))
      .sub(1);
  return tf.tidy(() => tf.stack([place(x, width), place(y, height)], 1));
}
