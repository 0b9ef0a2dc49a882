import { tf, tree } from "latent";
import { replay, type Replay, type ReplayOptions, type Step } from "latent/control";

/** How an episode goes on after a step. */
export type End = "goes on" | "terminates" | "is truncated";

/** One step of a copy: the numbers of its observations, its action and reward. */
export interface Row {
  readonly from: number;
  readonly to: number;
  readonly reward: number;
  readonly end: End;
}

export type NumberReplay = Replay<tf.Tensor, tf.Tensor>;

/** A step of several copies, whose observation is its number twice, and whose action is that number. */
export function stepOf(rows: readonly Row[]): Step<tf.Tensor, tf.Tensor> {
  const observe = (name: "from" | "to"): tf.Tensor => tf.tensor2d(rows.map((row) => [row[name], row[name]]));
  return {
    observation: observe("from"),
    action: tf.tensor1d(
      rows.map(({ from }) => from),
      "int32",
    ),
    reward: tf.tensor1d(rows.map(({ reward }) => reward)),
    terminated: tf.tensor1d(
      rows.map(({ end }) => end === "terminates"),
      "bool",
    ),
    truncated: tf.tensor1d(
      rows.map(({ end }) => end === "is truncated"),
      "bool",
    ),
    nextObservation: observe("to"),
  };
}

export function buffer(copies: number, options: ReplayOptions): NumberReplay {
  return tree.tidy(() =>
    replay({ observation: tf.zeros([copies, 2]), action: tf.zeros([copies], "int32") }, options),
  );
}

/** Adds steps, one list of rows per step, and frees them. */
export function fill(to: NumberReplay, steps: readonly (readonly Row[])[]): void {
  for (const rows of steps) {
    const step = stepOf(rows);
    to.add(step);
    tree.dispose(step);
  }
}

/**
 * Steps of one copy: episodes of the given lengths with observations 100 e + t and reward t, ended by the
 * given end; the last episode goes on if `open`.
 */
export function episodes(lengths: readonly number[], end: End, open = false): Row[][] {
  return lengths.flatMap((length, e) =>
    Array.from({ length }, (_, t): Row[] => [
      {
        from: 100 * e + t,
        to: 100 * e + t + 1,
        reward: t,
        end: t === length - 1 && !(open && e === lengths.length - 1) ? end : "goes on",
      },
    ]),
  );
}

/** The values of a tensor as rows. */
export function list(x: tf.Tensor): number[] {
  return Array.from(x.dataSync());
}
