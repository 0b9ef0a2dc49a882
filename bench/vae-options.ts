import { parseArgs } from "node:util";
import { activations, type Activation } from "latent";
import { peerPython } from "./peer-python";

/** What both sides are told. */
export interface VaeSettings {
  readonly hidden: number;
  readonly latent: number;
  readonly activation: Activation;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly steps: number;
  /** Draws of z for the ELBO of each test image, which are averaged. */
  readonly elboDraws: number;
  /** K of the importance-weighted bound. */
  readonly draws: number;
}

const usage = `npm run bench -- vae-parity [options]
  The VAE of lib/models/vae.ts against the same model in PyTorch: test ELBO and importance-weighted NLL after equally many steps.
  --steps N       training steps (3000)
  --seeds N       training runs of each side, at least 2 (4)
  --draws K       draws of the importance-weighted bound (500)
  --activation A  relu, tanh, elu or sigmoid (relu)
  --json FILE     write the result there too
  --python PATH   a Python with PyTorch, instead of an environment made in .cache/peers`;

/** What the command line says. */
export interface VaeOptions {
  readonly settings: VaeSettings;
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
  const { json, python, activation = "relu", ...numbers } = parse(parameters);
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
    batchSize: 128,
    steps: count("steps", 3000, 1),
    elboDraws: 10,
    draws: count("draws", 500, 1),
  };
  return { settings, seeds: count("seeds", 4, 2), json, python: peerPython(python) };
}

type Texts = Partial<Record<"steps" | "seeds" | "draws" | "activation" | "json" | "python", string>>;

function parse(parameters: readonly string[]): Texts {
  const text = { type: "string" } as const;
  const options = { steps: text, seeds: text, draws: text, activation: text, json: text, python: text };
  try {
    return parseArgs({ args: [...parameters], options }).values;
  } catch (error) {
    throw new Error(`vae-parity: ${(error as Error).message}\n${usage}`, { cause: error });
  }
}
