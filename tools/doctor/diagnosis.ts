/** What computes: the processor, or a graphics card. */
export type Device =
  | { readonly kind: "cpu"; readonly name: string; readonly threads: number }
  | { readonly kind: "gpu"; readonly name: string; readonly memoryMiB: number | null };

/** What the child process found out about the backend, having started it. */
export interface Measured {
  readonly backend: string;
  /** For example `tensorflow 2.21.0 on the CPU, 2 threads`. */
  readonly summary: string;
  /** TensorFlow's version; null on the other backends. */
  readonly tensorflow: string | null;
  readonly onGpu: boolean;
  /** The graphics card's name, where the backend tells it. */
  readonly gpu: string | null;
  readonly threads: number;
  /** Why each better backend was passed over. */
  readonly reasons: readonly string[];
  /** Multiplications of two square matrices, in 10⁹ floating-point operations a second, and their side. */
  readonly gflops: number;
  readonly side: number;
}

/** The kernel as Jupyter is told to start it. */
export interface KernelSpec {
  readonly name: string;
  /** The command line's absolute paths that do not exist. */
  readonly missing: readonly string[];
}

/** Everything that was looked up on the machine, as it was found. */
export interface Facts {
  readonly node: string;
  readonly npm: string | null;
  readonly python: string | null;
  readonly jupyterlab: string | null;
  readonly kernel: KernelSpec | null;
  /** A string is why no backend could be started. */
  readonly measured: Measured | string;
  readonly processor: string;
  /** NVIDIA graphics cards, by name and memory. */
  readonly gpus: readonly { readonly name: string; readonly memoryMiB: number | null }[];
  /** The backend that LATENT_BACKEND asks for, if it does. */
  readonly askedFor: string | undefined;
  /** What set-up could not provide, in its own words. */
  readonly setupFailures: readonly string[];
}

/** Something that is wrong, and what to do about it. */
export interface Problem {
  readonly what: string;
  readonly remedy: string;
  /** Whether a notebook cannot be worked through in JupyterLab because of it. */
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
  readonly device: Device | null;
  readonly gflops: number | null;
  readonly problems: readonly Problem[];
}

const setUp = "run `npm start`, or `npx latent setup`";

/** Draws the conclusions from what was found. */
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
    device: measured === null ? null : deviceOf(measured, facts),
    gflops: measured?.gflops ?? null,
    problems,
  };
}

function deviceOf(measured: Measured, { processor, gpus }: Facts): Device {
  if (!measured.onGpu) return { kind: "cpu", name: processor, threads: measured.threads };
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
      remedy: setUp,
      blocks: true,
    });
  else if (jupyterlab === null)
    problems.push({ what: "JupyterLab does not start in .venv", remedy: setUp, blocks: true });
  if (kernel === null)
    problems.push({ what: "Jupyter does not know the kernel `latent`", remedy: setUp, blocks: true });
  else if (kernel.missing.length > 0)
    problems.push({
      what: `the kernel's command line names what is not there: ${kernel.missing.join(", ")}`,
      remedy: setUp,
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
      remedy: askedFor ? "leave LATENT_BACKEND unset" : `${setUp}; if it stays, set LATENT_BACKEND=wasm`,
      blocks: true,
    });
  if (measured !== null && measured.reasons.length > 0 && setupFailures.length === 0)
    problems.push({ what: measured.reasons.join("; "), remedy: "run `npx latent setup`", blocks: false });
  if (measured?.backend === "tensorflow" && !measured.onGpu && gpus[0] !== undefined)
    problems.push({
      what: `the graphics card (${gpus[0].name}) is not used`,
      remedy:
        "set LATENT_DEVICE=gpu and run `npx latent setup`; if that was done, the driver may be too old for CUDA 12",
      blocks: false,
    });
  return problems;
}
