import * as tf from "@tensorflow/tfjs";
import { checkCount } from "../../core/numeric/check-number";
import * as random from "../../core/random";
import * as tree from "../../core/tensor/tree";
import type { Environment, Transition } from "../base/environment";
import { never, paintRows } from "../base/rows";
import { box, checkAction, discrete } from "../base/spaces";
import { timeLimit, type Timed } from "../wrappers/time-limit";
import { drawRoom } from "./draw-room";
import { ROOM } from "./room-map";
import { slippery } from "./slip";

/** The state of key-and-door rooms, each [B] int32; cells count from the top left. */
export interface KeyDoorRoomState {
  /** The column of the player, 0 to 7. */
  readonly x: tf.Tensor1D;
  /** Its row, 0 at the top. */
  readonly y: tf.Tensor1D;
  /** The column of the skull on its path. */
  readonly skull: tf.Tensor1D;
  /** The direction in which the skull rolls: 1 to the right, −1 to the left. */
  readonly direction: tf.Tensor1D;
  /** Whether the player has the key: 1 or 0. */
  readonly key: tf.Tensor1D;
}

/** The parameters of a key-and-door room. */
export interface KeyDoorRoomParams {
  /** The probability with which a random action takes the place of the chosen one. */
  readonly slip: number;
}

const PARAMS: KeyDoorRoomParams = { slip: 0 };

const SIDE = 8;
const [DOOR, KEY, SKULL] = [
  { x: 1, y: 1 },
  { x: 6, y: 1 },
  { row: 3, left: 1, right: 6 },
];
const ACTIONS = discrete(5, ["stay", "up", "down", "left", "right"]);
/** The changes of x and y by each action. */
const [DX, DY] = [
  [0, 0, 0, -1, 1],
  [0, -1, 1, 0, 0],
];

/** Options of {@link keyDoorRoom}. */
export interface KeyDoorRoomOptions {
  /** The number of steps after which an episode is truncated; 100 by default. */
  readonly maxSteps?: number;
  /** The height and width of a picture in pixels, 32 or 64 by design; 64 by default. */
  readonly size?: number;
}

/**
 * Returns a room in the spirit of Montezuma's Revenge: climb the ladders past a skull, fetch the key, open
 * the door.
 *
 * The skull rolls to and fro on the middle floor; touching it terminates without a reward. The key gives 1,
 * and the door, with the key, gives 1 and terminates. Actions: stay, up, down, left, right; up and down work
 * on ladders only. Observation [x, y, skull, direction, key], each from −1 to 1; for pixels see `pixels`.
 */
export function keyDoorRoom({ maxSteps = 100, size = 64 }: KeyDoorRoomOptions = {}): Environment<
  KeyDoorRoomState & Timed,
  KeyDoorRoomParams
> {
  checkCount("keyDoorRoom", "size", size, SIDE);
  return timeLimit<KeyDoorRoomState, KeyDoorRoomParams>(
    {
      name: "keyDoorRoom",
      params: PARAMS,
      observationSpace: () =>
        box([5], {
          low: -1,
          high: 1,
          names: ["x", "y", "skull", "direction", "key"],
          units: ["1", "1", "1", "1", "1"],
        }),
      actionSpace: () => ACTIONS,
      reset(key, n) {
        checkCount("keyDoorRoom.reset", "n", n, 1);
        const [skullKey, directionKey] = random.split(key);
        return tree.tidy(() => {
          const state: KeyDoorRoomState = {
            x: tf.fill([n], 1, "int32"),
            y: tf.fill([n], 5, "int32"),
            skull: random.randint(skullKey, [n], { min: SKULL.left, max: SKULL.right + 1 }) as R1,
            direction: random.randint(directionKey, [n], { max: 2 }).mul(two()).sub<R1>(one()),
            key: tf.zeros([n], "int32"),
          };
          return [state, observe(state)] as const;
        });
      },
      step(key, state, action, { slip } = PARAMS) {
        checkAction("keyDoorRoom.step", ACTIONS, action, state.x.shape[0]);
        return tree.tidy(() => move(state, slippery(key, action, ACTIONS.n, slip)));
      },
      render: (state) => paintRows("keyDoorRoom", { ...state }, size, drawRoom),
    },
    maxSteps,
  );
}

type R1 = tf.Tensor1D;

function one(): tf.Scalar {
  return tf.scalar(1, "int32");
}

function two(): tf.Scalar {
  return tf.scalar(2, "int32");
}

/** 1 in the cells of the given kinds, [64] int32. */
function cells(kinds: string): tf.Tensor1D {
  return tf.tensor1d(
    Array.from(ROOM.join(""), (cell) => (kinds.includes(cell) ? 1 : 0)),
    "int32",
  );
}

function at(kinds: string, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.gather(cells(kinds), y.mul(tf.scalar(SIDE, "int32")).add<R1>(x)).greater(0);
}

function is(x: tf.Tensor, y: tf.Tensor, place: { x: number; y: number }): tf.Tensor {
  return x.equal(place.x).logicalAnd(y.equal(place.y));
}

function move(state: KeyDoorRoomState, action: tf.Tensor): Transition<KeyDoorRoomState> {
  const dx = tf.gather(tf.tensor1d(DX, "int32"), action);
  const dy = tf.gather(tf.tensor1d(DY, "int32"), action);
  const [toX, toY] = [state.x.add(dx), state.y.add(dy)];
  const climbs = dy.less(0).logicalAnd(at("H", state.x, state.y)); // up, from a ladder
  const descends = dy.greater(0).logicalAnd(at("H", toX, toY)); // down, onto a ladder
  const free = at("# ", toX, toY).logicalNot();
  const moves = free.logicalAnd(dy.equal(0).logicalOr(climbs).logicalOr(descends));
  const [x, y] = [tf.where(moves, toX, state.x) as R1, tf.where(moves, toY, state.y) as R1];

  const [right, left] = [state.direction.greater(0), state.direction.less(0)];
  const blockedRight = right.logicalAnd(state.skull.equal(SKULL.right));
  const blocked = blockedRight.logicalOr(left.logicalAnd(state.skull.equal(SKULL.left)));
  const direction = tf.where(blocked, state.direction.mul(tf.scalar(-1, "int32")), state.direction) as R1;
  const skull = state.skull.add<R1>(direction);
  const swapped = x.equal(state.skull).logicalAnd(skull.equal(state.x)); // they passed through each other
  const onPath = y.equal(SKULL.row).logicalAnd(state.y.equal(SKULL.row));
  const met = y.equal(SKULL.row).logicalAnd(x.equal(skull));
  const touched = met.logicalOr(onPath.logicalAnd(swapped));

  const finds = is(x, y, KEY).logicalAnd(state.key.equal(0));
  const opens = is(x, y, DOOR).logicalAnd(state.key.equal(1));
  const key = state.key.add<R1>(finds.cast("int32"));
  const next = { x, y, skull, direction, key };
  return {
    state: next,
    observation: observe(next),
    reward: finds.logicalOr(opens).cast<R1>("float32"),
    terminated: touched.logicalOr(opens),
    truncated: never(x.shape[0]),
  };
}

function observe({ x, y, skull, direction, key }: KeyDoorRoomState): tf.Tensor {
  return tf.tidy(() => {
    const place = (i: tf.Tensor): tf.Tensor =>
      i
        .cast("float32")
        .mul(2 / (SIDE - 1))
        .sub(1);
    const sign = key.cast("float32").mul(2).sub(1);
    return tf.stack([place(x), place(y), place(skull), direction.cast("float32"), sign], 1);
  });
}
