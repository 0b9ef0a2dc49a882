import { parseArgs } from "node:util";
import { peerPython } from "../peer-python";
import { PEER_NAMES, type PeerName } from "./contenders";
import type { Timing } from "./match";
import { MODEL_NAMES, type ModelName } from "./models";
import { type Device, DEVICES } from "./protocol";

const USAGE = `npm run bench -- train-step [options]
  A compiled training step of this library against the same step in other libraries: the ratio of the times,
  measured in alternating turns.
  --models A,B    ${MODEL_NAMES.join(", ")} (all)
  --peers A,B     ${PEER_NAMES.join(", ")} (all)
  --rounds N      turns per library (12)
  --turn MS       duration of a turn (400)
  --tries N       repetitions of a turn while other processes disturb it (10)
  --compiler C    the compiler of ours: auto, xla, mixed or graph (auto)
  --device D      cpu, or gpu: every library on the GPU, ours on its fastest backend there (cpu)
  --no-sweep      skip the time per step against width and batch size
  --figures DIR   folder for the figures of the sweep (out/bench)
  --json FILE     also write the rows to a file
  --python PATH   a Python with the peers' packages, in place of the environment in .cache/peers`;

/** The command line options. */
export interface TrainStepOptions {
  readonly models: readonly ModelName[];
  readonly peers: readonly PeerName[];
  readonly timing: Timing;
  readonly compiler: string;
  readonly device: Device;
  readonly sweep: boolean;
  readonly figures: string;
  readonly json: string | undefined;
  readonly python: string;
}

/**
 * Parses the command line of `train-step`.
 *
 * @throws if an option is unknown or out of range; the message contains the usage.
 */
export function readOptions(parameters: readonly string[]): TrainStepOptions {
  const values = parse(parameters);
  const count = (name: "rounds" | "turn" | "tries", byDefault: number): number => {
    const value = Number(values[name] ?? byDefault);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(
      `train-step: --${name} must be a positive integer, got ${String(values[name])}\n${USAGE}`,
    );
  };
  const device = DEVICES.find((name) => name === (values.device ?? "cpu"));
  if (device === undefined)
    throw new Error(`train-step: --device must be cpu or gpu, got "${String(values.device)}"\n${USAGE}`);
  const peers = listOf("peers", PEER_NAMES, values.peers);
  const needsPython = peers.some((name) => name !== "tfjs-eager");
  return {
    models: listOf("models", MODEL_NAMES, values.models),
    peers,
    timing: { rounds: count("rounds", 12), turn: count("turn", 400), tries: count("tries", 10) },
    compiler: values.compiler ?? "auto",
    device,
    sweep: values.sweep ?? true,
    figures: values.figures ?? "out/bench",
    json: values.json,
    python: needsPython ? peerPython(values.python) : "",
  };
}

/** Parses a comma-separated list of names; all known names if there is none. */
function listOf<T extends string>(
  option: string,
  known: readonly T[],
  text: string | undefined,
): readonly T[] {
  if (text === undefined) return known;
  return text.split(",").map((name) => {
    const match = known.find((knownName) => knownName === name);
    if (match !== undefined) return match;
    throw new Error(`train-step: --${option} must contain only ${known.join(", ")}, got "${name}"\n${USAGE}`);
  });
}

function parse(parameters: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    models: text,
    peers: text,
    rounds: text,
    turn: text,
    tries: text,
    compiler: text,
    device: text,
    sweep: { type: "boolean" },
    figures: text,
    json: text,
    python: text,
  } as const;
  try {
    return parseArgs({ args: [...parameters], options, allowNegative: true }).values;
  } catch (error) {
    throw new Error(`train-step: ${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}
