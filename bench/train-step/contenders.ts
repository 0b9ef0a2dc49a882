import { join } from "node:path";
import { startPeer, type Peer } from "../peer";
import { peersFolder } from "../peer-python";
import type { ModelName } from "./models";
import type { Sizes } from "./model";
import type { Device, Failed, Memory, Prepared, Ran, Request, Variant } from "./protocol";

/** A library in one of its configurations. */
export interface Contender extends Variant {
  readonly name: string;
  readonly program: "latent" | "jax" | "torch";
  /** Whether the others are compared with it; true for this library compiled. */
  readonly ours: boolean;
}

/** The training problem of a contender. */
export interface Task {
  readonly model: ModelName;
  readonly sizes: Sizes;
  /** The folder with the parameters and the minibatches. */
  readonly folder: string;
  readonly threads: number;
  readonly device: Device;
}

/** The names of the peers for the command line. */
export const PEER_NAMES = [
  "jax-jit",
  "jax-jit-unrolled",
  "jax-jit-scan",
  "pytorch-eager",
  "pytorch-fused",
  "torch-compile",
  "tfjs-eager",
] as const;

/** The name of a peer. */
export type PeerName = (typeof PEER_NAMES)[number];

const PEERS: Readonly<Record<PeerName, Pick<Contender, "program" | "form">>> = {
  "jax-jit": { program: "jax", form: "jit" },
  "jax-jit-unrolled": { program: "jax", form: "unrolled" },
  "jax-jit-scan": { program: "jax", form: "jit" },
  "pytorch-eager": { program: "torch", form: "eager" },
  "pytorch-fused": { program: "torch", form: "fused" },
  "torch-compile": { program: "torch", form: "compile" },
  "tfjs-eager": { program: "latent", form: "off" },
};

/**
 * Returns the contenders for a model: ours with `stepsPerCall` steps per call and with one, and the peers.
 */
export function contendersFor(
  model: ModelName,
  names: readonly PeerName[],
  compiler: string,
  stepsPerCall = 1,
): Contender[] {
  const ours = (steps: number): Contender => ({
    name: steps === 1 ? "latent" : `latent, ${steps} steps per call`,
    program: "latent",
    form: compiler,
    steps,
    ours: true,
  });
  const isApplicable: Partial<Record<PeerName, boolean>> = {
    "jax-jit-unrolled": model === "gru-vae",
    "jax-jit-scan": stepsPerCall > 1,
  };
  const others = names
    .filter((name) => isApplicable[name] ?? true)
    .map((name) => ({
      name,
      ...PEERS[name],
      steps: name === "jax-jit-scan" ? stepsPerCall : 1,
      ours: false,
    }));
  return [...(stepsPerCall > 1 ? [ours(stepsPerCall)] : []), ours(1), ...others];
}

/** The process of a contender. */
export class Runner {
  private readonly peer: Peer;

  constructor(
    readonly contender: Contender,
    python: string,
    device: Device,
  ) {
    const { program } = contender;
    this.peer =
      program === "latent"
        ? startPeer(process.execPath, join(__dirname, "worker.js"))
        : startPeer(python, join(peersFolder, `train_step_${program}.py`), {
            JAX_PLATFORMS: device === "gpu" ? "cuda" : "cpu",
          });
  }

  /** Writes the parameters and minibatches into the task's folder; only for contenders of this library. */
  write({ model, sizes, folder, device }: Task): Promise<object> {
    return this.ask({ do: "write", model, sizes, folder, device });
  }

  /** Loads the task and runs the first call, which compiles. */
  prepare(task: Task): Promise<Prepared> {
    const { form, steps } = this.contender;
    return this.ask({ do: "prepare", ...task, form, steps });
  }

  /** Runs a number of steps, rounded up to whole calls. */
  run(steps: number): Promise<Ran> {
    return this.ask({ do: "run", steps });
  }

  /** Returns the peak memory of the process. */
  memory(): Promise<Memory> {
    return this.ask({ do: "memory" });
  }

  /** Ends the process. */
  close(): Promise<void> {
    return this.peer.close();
  }

  private async ask<T extends object>(request: Request): Promise<T> {
    const answer = await this.peer.ask<T | Failed>(request);
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }
}
