import { parseArgs } from "node:util";
import { type Activation, activations } from "latent/nn";
import { peerPython } from "./peer-python";

/** What both sides are told. */
export interface VaeSettings {
  readonly hidden: number;
  readonly latent: number;
  readonly activation: Activation;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly steps: number;
  /** K of the bound that is trained; 1 is the ELBO. */
  readonly samples: number;
  /** Draws of z for the ELBO of each test image, which are averaged. */
  readonly elboDraws: number;
  /** K of the importance-weighted bound. */
  readonly draws: number;
}

const usage = `npm run bench -- vae-parity [options]
  The VAE of lib/models/vae.ts against the same model in PyTorch: test ELBO and importance-weighted NLL after equally many steps.
  --samples LIST  K of the importance-weighted bound that is trained; with several, as in 1,5,50, they are compared too (1)
  --batch N       images of a training step (128)
  --steps N       training steps (3000)
  --seeds N       training runs of each side, at least 2 (4)
  --draws K       draws of the importance-weighted bound (500)
  --activation A  relu, tanh, elu or sigmoid (relu)
  --json FILE     write the result there too
  --python PATH   a Python with PyTorch, instead of an environment made in .cache/peers`;

/** What the command line says. */
export interface VaeOptions {
  /** One for each K that is trained. */
  readonly settings: readonly [VaeSettings, ...VaeSettings[]];
  /** Training runs of each side. */
  readonly seeds: number;
  /** Where to write the result. */
  readonly json: string | undefined;
  readonly python: string;
}

/**
 * Reads the command line of `vae-parity`.
 *
 * @throws with the usage, when an option is unknown or out of range.
 */
export function readOptions(parameters: readonly string[]): VaeOptions {
  const { json, python, activation = "relu", samples = "1", ...numbers } = parse(parameters);
  const count = (name: keyof typeof numbers, usual: number, least: number): number => {
    const value = Number(numbers[name] ?? usual);
    if (Number.isInteger(value) && value >= least) return value;
    throw new Error(
      `vae-parity: --${name} must be a whole number >= ${least}, got ${String(numbers[name])}\n${usage}`,
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
  if (first === undefined) throw new Error(usage);
  return {
    settings: [first, ...others],
    seeds: count("seeds", 4, 2),
    json,
    python: peerPython(python),
  };
}

/** The numbers of a list such as `1,5,50`, which rise. */
function readSamples(list: string): number[] {
  const numbers = list.split(",").map(Number);
  const rising = numbers.every((k, i) => Number.isInteger(k) && k >= 1 && k > (numbers[i - 1] ?? 0));
  if (rising) return numbers;
  throw new Error(
    `vae-parity: --samples must be rising whole numbers >= 1, as in 1,5,50, got ${list}\n${usage}`,
  );
}

const names = ["steps", "seeds", "draws", "activation", "samples", "batch", "json", "python"] as const;

type Texts = Partial<Record<(typeof names)[number], string>>;

function parse(parameters: readonly string[]): Texts {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" } as const]));
  try {
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    throw new Error(`vae-parity: ${(error as Error).message}\n${usage}`, { cause: error });
  }
}
