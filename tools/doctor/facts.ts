import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { processor } from "latent";
import { measureBackend } from "./measure-backend";
import type { Facts, KernelSpec } from "./diagnosis";

/** Collects facts about the machine and the checkout without changing anything. */
export async function gatherFacts(checkout: string): Promise<Facts> {
  const windows = process.platform === "win32";
  const python = windows
    ? join(checkout, ".venv", "Scripts", "python.exe")
    : join(checkout, ".venv", "bin", "python");
  const [npm, pythonVersion, jupyterlab, gpus] = await Promise.all([
    npmVersion(),
    output(python, ["-c", "import platform; print(platform.python_version())"]),
    output(python, ["-m", "jupyterlab", "--version"]),
    nvidiaGpus(),
  ]);
  const measured = await measureBackend(); // on its own, so that nothing else uses the CPU
  return {
    node: process.versions.node,
    npm,
    python: pythonVersion,
    jupyterlab,
    kernel: readKernelSpec(checkout),
    measured,
    processor: processor(),
    gpus,
    askedFor: process.env["LATENT_BACKEND"],
    setupFailures: readSetupFailures(checkout),
  };
}

/** The trimmed output of a command; null if it is missing or fails. */
async function output(command: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { timeout: 60_000 });
    return stdout.trim();
  } catch {
    return null;
  }
}

function npmVersion(): Promise<string | null> {
  const started = /^npm\/(\S+)/.exec(process.env["npm_config_user_agent"] ?? "")?.[1];
  return started === undefined ? output("npm", ["--version"]) : Promise.resolve(started);
}

async function nvidiaGpus(): Promise<Facts["gpus"]> {
  const lines = await output("nvidia-smi", [
    "--query-gpu=name,memory.total",
    "--format=csv,noheader,nounits",
  ]);
  return (lines ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", memory = ""] = line.split(",").map((field) => field.trim());
      return { name, memoryMiB: /^\d+$/.test(memory) ? Number(memory) : null };
    });
}

/** The kernelspec that set-up has registered; null if it is missing or invalid. */
export function readKernelSpec(checkout: string): KernelSpec | null {
  const file = join(checkout, ".venv", "share", "jupyter", "kernels", "latent", "kernel.json");
  const spec = readJson(file) as { display_name?: unknown; argv?: unknown } | null;
  if (typeof spec?.display_name !== "string" || !Array.isArray(spec.argv)) return null;
  const words = spec.argv.filter((word): word is string => typeof word === "string");
  return { name: spec.display_name, missing: words.filter((word) => isAbsolute(word) && !existsSync(word)) };
}

/** The error messages of optional set-up steps that failed, from their stamps. */
export function readSetupFailures(checkout: string): string[] {
  return ["tensorflow", "addon"].flatMap((step) => {
    const stamp = readJson(join(checkout, ".setup", `${step}.json`)) as { failure?: unknown } | null;
    return typeof stamp?.failure === "string" ? [stamp.failure] : [];
  });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
