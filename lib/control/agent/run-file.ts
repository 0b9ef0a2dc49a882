/** The file of a run of `trainAgent`: all of it in one, so that no two parts can be of different steps. */
import type * as tf from "@tensorflow/tfjs";
import { namedLeaves, readLeaves } from "../../train/checkpoint";
import { bytesOf, openTensors, writeTensors, type NamedTensor } from "../../train/safetensors";
import { readReplay, replayTensors } from "../replay/save";
import type { Replay, ReplayOptions } from "../replay";
import type { Memory } from "./kinds";
import type { EpisodeRecord, EvaluationRecord, Tally } from "./curve";

/** Everything on which the rest of a run depends. */
export interface Snapshot<S, E> extends Tally {
  /** The number of steps of the environment, and of updates. */
  readonly step: number;
  readonly updates: number;
  readonly agent: S;
  readonly env: E;
  readonly observation: tf.Tensor;
  /** What the agent remembers of the episodes that are under way. */
  readonly memory: Memory;
  /** Whether the episode of a row begins with its observation, [B] bool. */
  readonly fresh: tf.Tensor;
  readonly replay: Replay<tf.Tensor, tf.Tensor>;
  readonly episodes: readonly EpisodeRecord[];
  readonly evaluations: readonly EvaluationRecord[];
}

/** What must be the same when a run is resumed, by name. */
export type Settings = Readonly<Record<string, string | number>>;

const CALLER = "trainAgent";

/** Writes a run to a file; the old one stays whole until the new one is. */
export async function writeRun<S, E>(
  path: string,
  snapshot: Snapshot<S, E>,
  settings: Settings,
): Promise<void> {
  const { agent, env, observation, memory, fresh, returns, lengths, step, updates } = snapshot;
  const episodes = snapshot.episodes.flatMap((one) => [one.step, one.return, one.length]);
  const evaluations = snapshot.evaluations.flatMap((one) => [one.step, ...one.returns]);
  const plain = (name: string, values: Float64Array): NamedTensor => ({
    name,
    dtype: "F64",
    shape: [values.length],
    parts: [bytesOf(values)],
  });
  await writeTensors(
    path,
    [
      plain("returns", returns),
      plain("lengths", lengths),
      plain("episodes", Float64Array.from(episodes)),
      plain("evaluations", Float64Array.from(evaluations)),
      ...(await namedLeaves(CALLER, agent, ["agent"])),
      ...(await namedLeaves(CALLER, env, ["env"])),
      ...(await namedLeaves(CALLER, observation, ["observation"])),
      ...(await namedLeaves(CALLER, memory, ["memory"])),
      ...(await namedLeaves(CALLER, fresh, ["fresh"])),
      ...replayTensors(snapshot.replay),
    ],
    { settings: JSON.stringify(settings), progress: JSON.stringify({ step, updates }) },
  );
}

/**
 * Reads a run.
 *
 * @param like states of the same structure and shapes, which are not disposed.
 * @returns the run; the caller disposes its tensors.
 * @throws if the file is not a valid one, or of a run with other settings, naming the first that differs.
 */
export async function readRun<S, E>(
  path: string,
  like: Pick<Snapshot<S, E>, "agent" | "env" | "observation" | "memory" | "fresh"> & {
    readonly action: tf.Tensor;
  },
  replay: ReplayOptions,
  settings: Settings,
): Promise<Snapshot<S, E>> {
  const file = await openTensors(CALLER, path);
  try {
    const saved = JSON.parse(file.metadata["settings"] ?? "{}") as Partial<Settings>;
    const name = Object.keys({ ...saved, ...settings }).find((one) => saved[one] !== settings[one]);
    if (name !== undefined)
      throw new Error(
        `${CALLER}: ${path} is of a run with ${name} = ${saved[name] ?? "none"}, ` +
          `got ${settings[name] ?? "none"}; move it away, or give another path`,
      );
    const { step, updates } = JSON.parse(file.metadata["progress"] ?? "") as Record<
      "step" | "updates",
      number
    >;
    const plain = async (one: string): Promise<Float64Array> => {
      const values = new Float64Array(file.entries[one]?.shape[0] ?? 0);
      await file.read(one, [bytesOf(values)]);
      return values;
    };
    const [returns, lengths] = [await plain("returns"), await plain("lengths")];
    const episodes = rows(await plain("episodes"), 3).map(
      ([at = NaN, total = NaN, length = NaN]): EpisodeRecord => ({ step: at, return: total, length }),
    );
    const width = 1 + Number(settings["evaluation.episodes"] ?? 0);
    const evaluations = rows(await plain("evaluations"), width).map(
      ([at = NaN, ...all]): EvaluationRecord => ({ step: at, returns: all }),
    );
    const kept = await readReplay(CALLER, path, file, like, replay);
    const tensors = await readLeaves(CALLER, path, file, {
      agent: like.agent,
      env: like.env,
      observation: like.observation,
      memory: like.memory,
      fresh: like.fresh,
    });
    return { step, updates, returns, lengths, episodes, evaluations, replay: kept, ...tensors };
  } finally {
    await file.close();
  }
}

function rows(values: Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => [
    ...values.subarray(i * width, (i + 1) * width),
  ]);
}
