import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** The widest vector instructions of a processor, by the flag under which Linux lists them. */
const VECTOR_INSTRUCTIONS = [
  ["avx512f", "AVX-512"],
  ["avx2", "AVX2"],
  ["avx", "AVX"],
  ["sve", "SVE"],
  ["asimd", "NEON"],
] as const;

/** The processor of this machine. Measured times depend on it, and so do their ratios. */
export interface Processor {
  /** Such as `AMD EPYC 9R14`. */
  readonly name: string;
  /** The widest vector instructions, such as `AVX-512`; null where the system does not list them. */
  readonly vectors: string | null;
}

/** Returns the name of this machine's processor, and its widest vector instructions. */
export function processor(): Processor {
  return { name: cpus()[0]?.model.trim() ?? "unknown", vectors: vectorInstructions(readCpuInfo()) };
}

/**
 * Returns the widest vector instructions that are listed.
 *
 * @param cpuInfo the text of Linux's /proc/cpuinfo.
 * @returns such as `AVX-512`; null if none are listed.
 */
export function vectorInstructions(cpuInfo: string): string | null {
  const listed = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuInfo)?.[1]?.trim().split(/\s+/) ?? [];
  return VECTOR_INSTRUCTIONS.find(([flag]) => listed.includes(flag))?.[1] ?? null;
}

function readCpuInfo(): string {
  try {
    return readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return ""; // not Linux
  }
}
