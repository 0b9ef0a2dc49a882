import type { Processor } from "latent";

/** The computing device: the CPU or a GPU. */
export type Device =
  | {
      readonly kind: "cpu";
      readonly name: string;
      /** The widest vector instructions, such as AVX-512; null if the system does not list them. */
      readonly vectors: string | null;
      readonly threads: number;
    }
  | { readonly kind: "gpu"; readonly name: string; readonly memoryMiB: number | null };

/** The measurements of the backend in a child process. */
export interface Measured {
  readonly backend: string;
  /** Such as `tensorflow 2.21.0 on the CPU, 2 threads`. */
  readonly summary: string;
  /** The version of TensorFlow; null for other backends. */
  readonly tensorflow: string | null;
  /** Whether TensorFlow uses the kernels of oneDNN; null for other backends. */
  readonly oneDnn: boolean | null;
  readonly onGpu: boolean;
  /** The name of the GPU, if the backend reports it. */
  readonly gpu: string | null;
  readonly threads: number;
  /** Why each faster backend was not chosen. */
  readonly reasons: readonly string[];
  /** Speed of multiplying two square matrices in 10⁹ floating-point operations per second, and their side. */
  readonly gflops: number;
  readonly side: number;
}

/** Jupyter's kernelspec of the kernel. */
export interface KernelSpec {
  readonly name: string;
  /** The absolute paths in its command line that do not exist. */
  readonly missing: readonly string[];
}

/** Facts about the machine and the checkout. */
export interface Facts {
  readonly node: string;
  readonly npm: string | null;
  readonly python: string | null;
  readonly jupyterlab: string | null;
  readonly kernel: KernelSpec | null;
  /** A string gives the reason why no backend starts. */
  readonly measured: Measured | string;
  readonly processor: Processor;
  /** NVIDIA GPUs by name and memory. */
  readonly gpus: readonly { readonly name: string; readonly memoryMiB: number | null }[];
  /** The value of LATENT_BACKEND, if set. */
  readonly askedFor: string | undefined;
  /** The error messages of optional set-up steps that failed. */
  readonly setupFailures: readonly string[];
}

/** A problem with its remedy. */
export interface Problem {
  readonly what: string;
  readonly remedy: string;
  /** Whether it prevents running notebooks in JupyterLab. */
  readonly blocks: boolean;
}

/** What `latent doctor --json` prints. */
export interface Diagnosis {
  readonly ok: boolean;
  readonly node: string;
  readonly npm: string | null;
  readonly python: string | null;
  readonly jupyterlab: string | null;
  readonly kernel: string | null;
  readonly backend: string | null;
  readonly summary: string | null;
  readonly reasons: readonly string[];
  readonly tensorflow: string | null;
  readonly oneDnn: boolean | null;
  readonly device: Device | null;
  readonly gflops: number | null;
  readonly problems: readonly Problem[];
}

const SET_UP = "run `npm start`, or `npx latent setup`";

/** Derives the diagnosis from the facts. */
export function diagnose(facts: Facts): Diagnosis {
  const measured = typeof facts.measured === "string" ? null : facts.measured;
  const problems = [...jupyterProblems(facts), ...backendProblems(facts, measured)];
  return {
    ok: !problems.some(({ blocks }) => blocks),
    node: facts.node,
    npm: facts.npm,
    python: facts.python,
    jupyterlab: facts.jupyterlab,
    kernel: facts.kernel?.name ?? null,
    backend: measured?.backend ?? null,
    summary: measured?.summary ?? null,
    reasons: measured?.reasons ?? [],
    tensorflow: measured?.tensorflow ?? null,
    oneDnn: measured?.oneDnn ?? null,
    device: measured === null ? null : deviceOf(measured, facts),
    gflops: measured?.gflops ?? null,
    problems,
  };
}

function deviceOf(measured: Measured, { processor, gpus }: Facts): Device {
  if (!measured.onGpu) return { kind: "cpu", ...processor, threads: measured.threads };
  return {
    kind: "gpu",
    name: gpus[0]?.name ?? measured.gpu ?? "unknown",
    memoryMiB: gpus[0]?.memoryMiB ?? null,
  };
}

function jupyterProblems({ python, jupyterlab, kernel }: Facts): Problem[] {
  const problems: Problem[] = [];
  if (python === null)
    problems.push({
      what: "the virtual environment .venv has no working Python",
      remedy: SET_UP,
      blocks: true,
    });
  else if (jupyterlab === null)
    problems.push({ what: "JupyterLab does not start in .venv", remedy: SET_UP, blocks: true });
  if (kernel === null)
    problems.push({ what: "Jupyter does not know the kernel `latent`", remedy: SET_UP, blocks: true });
  else if (kernel.missing.length > 0)
    problems.push({
      what: `the kernel's command line contains missing files: ${kernel.missing.join(", ")}`,
      remedy: SET_UP,
      blocks: true,
    });
  return problems;
}

function backendProblems(facts: Facts, measured: Measured | null): Problem[] {
  const { measured: found, gpus, setupFailures, askedFor } = facts;
  const problems: Problem[] = setupFailures.map((failure) => ({
    what: failure,
    remedy: "run `npx latent setup` to try again; until then notebooks run on the wasm backend",
    blocks: false,
  }));
  if (typeof found === "string")
    problems.push({
      what: `no backend starts: ${found}`,
      remedy: askedFor
        ? "leave LATENT_BACKEND unset"
        : `${SET_UP}; if the problem remains, set LATENT_BACKEND=wasm`,
      blocks: true,
    });
  if (measured !== null && measured.reasons.length > 0 && setupFailures.length === 0)
    problems.push({ what: measured.reasons.join("; "), remedy: "run `npx latent setup`", blocks: false });
  if (measured?.backend === "tensorflow" && !measured.onGpu && gpus[0] !== undefined)
    problems.push({
      what: `the GPU (${gpus[0].name}) is not used`,
      remedy:
        "set LATENT_DEVICE=gpu and run `npx latent setup`; if you did, its driver may be too old for CUDA 12",
      blocks: false,
    });
  return problems;
}
