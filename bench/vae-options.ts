import { parseArgs } from "node:util";
import { type Activation, activations } from "latent/nn";
import { peerPython } from "./peer-python";

/** The settings of both libraries. */
export interface VaeSettings {
  readonly hidden: number;
  readonly latent: number;
  readonly activation: Activation;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly steps: number;
  /** K of the bound used in training; 1 is the ELBO. */
  readonly samples: number;
  /** Draws of z per test image, over which the ELBO is averaged. */
  readonly elboDraws: number;
  /** K of the importance-weighted bound in evaluation. */
  readonly draws: number;
}

const USAGE = `npm run bench -- vae-parity [options]
  The VAE of lib/models/vae.ts against the same model in PyTorch: test ELBO and importance-weighted NLL
  after the same number of steps.
  --samples LIST  K of the importance-weighted bound in training; several, as in 1,5,50, are compared (1)
  --batch N       images per training step (128)
  --steps N       training steps (3000)
  --seeds N       training runs per library, at least 2 (4)
  --draws K       draws of the importance-weighted bound in evaluation (500)
  --activation A  relu, tanh, elu or sigmoid (relu)
  --json FILE     also write the result to a file
  --python PATH   a Python with PyTorch, in place of the environment in .cache/peers`;

/** The command line options. */
export interface VaeOptions {
  /** One per K in training. */
  readonly settings: readonly [VaeSettings, ...VaeSettings[]];
  /** Training runs per library. */
  readonly seeds: number;
  /** The file to write the result to, if any. */
  readonly json: string | undefined;
  readonly python: string;
}

/**
 * Parses the command line of `vae-parity`.
 *
 * @throws if an option is unknown or out of range; the message contains the usage.
 */
export function readOptions(parameters: readonly string[]): VaeOptions {
  const { json, python, activation = "relu", samples = "1", ...numbers } = parse(parameters);
  const count = (name: keyof typeof numbers, byDefault: number, least: number): number => {
    const value = Number(numbers[name] ?? byDefault);
    if (Number.isInteger(value) && value >= least) return value;
    throw new Error(
      `vae-parity: --${name} must be an integer >= ${least}, got ${String(numbers[name])}\n${USAGE}`,
    );
  };
  if (!Object.hasOwn(activations, activation))
    throw new Error(
      `vae-parity: --activation must be one of ${Object.keys(activations).join(", ")}, got ${activation}`,
    );
  const settings = {
    hidden: 400,
    latent: 20,
    activation: activation as Activation,
    learningRate: 1e-3,
    batchSize: count("batch", 128, 1),
    steps: count("steps", 3000, 1),
    elboDraws: 10,
    draws: count("draws", 500, 1),
  };
  const [first, ...others] = readSamples(samples).map((k) => ({ ...settings, samples: k }));
  if (first === undefined) throw new Error(USAGE);
  return {
    settings: [first, ...others],
    seeds: count("seeds", 4, 2),
    json,
    python: peerPython(python),
  };
}

/** Parses a list of increasing numbers such as `1,5,50`. */
function readSamples(list: string): number[] {
  const numbers = list.split(",").map(Number);
  const isIncreasing = numbers.every((k, i) => Number.isInteger(k) && k >= 1 && k > (numbers[i - 1] ?? 0));
  if (isIncreasing) return numbers;
  throw new Error(
    `vae-parity: --samples must be increasing positive integers, as in 1,5,50, got ${list}\n${USAGE}`,
  );
}

const OPTION_NAMES = ["steps", "seeds", "draws", "activation", "samples", "batch", "json", "python"] as const;

type OptionTexts = Partial<Record<(typeof OPTION_NAMES)[number], string>>;

function parse(parameters: readonly string[]): OptionTexts {
  const options = Object.fromEntries(OPTION_NAMES.map((name) => [name, { type: "string" } as const]));
  try {
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    throw new Error(`vae-parity: ${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}
