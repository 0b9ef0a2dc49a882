import { parseArgs } from "node:util";
import { peerPython } from "../peer-python";
import { peerNames, type PeerName } from "./contenders";
import type { Timing } from "./match";
import { modelNames, type ModelName } from "./models";

const usage = `npm run bench -- train-step [options]
  A training step of this library, compiled, against the same step elsewhere: the libraries take turns, and what counts is the ratio.
  --models A,B    ${modelNames.join(", ")} (all)
  --peers A,B     ${peerNames.join(", ")} (all)
  --rounds N      turns of each library (12)
  --turn MS       how long a turn lasts (400)
  --tries N       how often a turn is taken at most while other processes disturb it (10)
  --compiler C    auto, xla, mixed or graph, for ours (auto)
  --no-sweep      without the cost against width and batch
  --figures DIR   where the figures of that go (out/bench)
  --json FILE     write the rows there too
  --python PATH   a Python with the peers' packages, instead of an environment made in .cache/peers`;

/** What the command line says. */
export interface TrainStepOptions {
  readonly models: readonly ModelName[];
  readonly peers: readonly PeerName[];
  readonly timing: Timing;
  readonly compiler: string;
  readonly sweep: boolean;
  readonly figures: string;
  readonly json: string | undefined;
  readonly python: string;
}

/**
 * Reads the command line of `train-step`.
 *
 * @throws with the usage, when an option is unknown or out of range.
 */
export function readOptions(parameters: readonly string[]): TrainStepOptions {
  const values = parse(parameters);
  const count = (name: "rounds" | "turn" | "tries", usual: number): number => {
    const value = Number(values[name] ?? usual);
    if (Number.isInteger(value) && value >= 1) return value;
    throw new Error(
      `train-step: --${name} must be a whole number >= 1, got ${String(values[name])}\n${usage}`,
    );
  };
  const peers = listOf("peers", peerNames, values.peers);
  const needsPython = peers.some((name) => name !== "tfjs-eager");
  return {
    models: listOf("models", modelNames, values.models),
    peers,
    timing: { rounds: count("rounds", 12), turn: count("turn", 400), tries: count("tries", 10) },
    compiler: values.compiler ?? "auto",
    sweep: values.sweep ?? true,
    figures: values.figures ?? "out/bench",
    json: values.json,
    python: needsPython ? peerPython(values.python) : "",
  };
}

/** The names in a list with commas; all of them when there is none. */
function listOf<T extends string>(
  option: string,
  known: readonly T[],
  text: string | undefined,
): readonly T[] {
  if (text === undefined) return known;
  return text.split(",").map((name) => {
    const found = known.find((one) => one === name);
    if (found !== undefined) return found;
    throw new Error(`train-step: --${option} must be of ${known.join(", ")}, got "${name}"\n${usage}`);
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
    sweep: { type: "boolean" },
    figures: text,
    json: text,
    python: text,
  } as const;
  try {
    return parseArgs({ args: [...parameters], options, allowNegative: true }).values;
  } catch (error) {
    throw new Error(`train-step: ${(error as Error).message}\n${usage}`, { cause: error });
  }
}
