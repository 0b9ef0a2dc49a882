import { join } from "node:path";
import { startPeer, type Peer } from "../peer";
import { peersFolder } from "../peer-python";
import type { ModelName } from "./models";
import type { Sizes } from "./model";
import type { Failed, Memory, Prepared, Ran, Request, Variant } from "./protocol";

/** A library, or a way to use it, that takes part. */
export interface Contender extends Variant {
  readonly name: string;
  readonly program: "latent" | "jax" | "torch";
  /** Those of this library's that the others are compared with. */
  readonly ours: boolean;
}

/** What a contender is given to do. */
export interface Task {
  readonly model: ModelName;
  readonly sizes: Sizes;
  /** Where the parameters and the minibatches are. */
  readonly folder: string;
  readonly threads: number;
}

/** The contenders that the command line chooses from, beside ours. */
export const peerNames = [
  "jax-jit",
  "jax-jit-unrolled",
  "jax-jit-scan",
  "pytorch-eager",
  "pytorch-fused",
  "torch-compile",
  "tfjs-eager",
] as const;
export type PeerName = (typeof peerNames)[number];

const peers: Readonly<Record<PeerName, Pick<Contender, "program" | "form">>> = {
  "jax-jit": { program: "jax", form: "jit" },
  "jax-jit-unrolled": { program: "jax", form: "unrolled" },
  "jax-jit-scan": { program: "jax", form: "jit" },
  "pytorch-eager": { program: "torch", form: "eager" },
  "pytorch-fused": { program: "torch", form: "fused" },
  "torch-compile": { program: "torch", form: "compile" },
  "tfjs-eager": { program: "latent", form: "off" },
};

/** The contenders for a model; `stepsPerCall` is how many steps ours takes in a call, beside one at a time. */
export function contendersFor(
  model: ModelName,
  names: readonly PeerName[],
  compiler: string,
  stepsPerCall = 1,
): Contender[] {
  const ours = (steps: number): Contender => ({
    name: steps === 1 ? "latent" : `latent, ${steps} steps a call`,
    program: "latent",
    form: compiler,
    steps,
    ours: true,
  });
  const fits: Partial<Record<PeerName, boolean>> = {
    "jax-jit-unrolled": model === "gru-vae",
    "jax-jit-scan": stepsPerCall > 1,
  };
  const others = names
    .filter((name) => fits[name] ?? true)
    .map((name) => ({
      name,
      ...peers[name],
      steps: name === "jax-jit-scan" ? stepsPerCall : 1,
      ours: false,
    }));
  return [...(stepsPerCall > 1 ? [ours(stepsPerCall)] : []), ours(1), ...others];
}

/** A contender's process. */
export class Runner {
  private readonly peer: Peer;

  constructor(
    readonly contender: Contender,
    python: string,
  ) {
    const { program } = contender;
    this.peer =
      program === "latent"
        ? startPeer(process.execPath, join(__dirname, "worker.js"))
        : startPeer(python, join(peersFolder, `train_step_${program}.py`));
  }

  /** Writes the task's parameters and minibatches into its folder; only this library's processes can. */
  write({ model, sizes, folder }: Task): Promise<object> {
    return this.ask({ do: "write", model, sizes, folder });
  }

  prepare(task: Task): Promise<Prepared> {
    const { form, steps } = this.contender;
    return this.ask({ do: "prepare", ...task, form, steps });
  }

  /** Takes so many steps, or the next whole number of calls. */
  run(steps: number): Promise<Ran> {
    return this.ask({ do: "run", steps });
  }

  memory(): Promise<Memory> {
    return this.ask({ do: "memory" });
  }

  close(): Promise<void> {
    return this.peer.close();
  }

  private async ask<T extends object>(request: Request): Promise<T> {
    const answer = await this.peer.ask<T | Failed>(request);
    if ("error" in answer) throw new Error(answer.error);
    return answer;
  }
}
