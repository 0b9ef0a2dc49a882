import type { TimeLimits } from "../execution/time-limits";
import { parseExecuted, readExecuted } from "../notebook/read-executed";
import { formatFailure, type RunFailure } from "../execution/run-failure";
import { writeAtomic } from "../common/write-atomic";
import { serializeNotebook } from "../notebook/write";
import { runNotebook } from "../execution/run-notebook";
import type { PassCache } from "./cache";
import { describeFinding } from "./describe-finding";
import { compareNotebooks, isExecuted } from "./compare-notebooks";
import type { Finding } from "./compare-outputs";

/** Options for rerunning notebooks. */
export interface RerunOptions {
  readonly cache: PassCache;
  /** Whether to rerun notebooks that have not changed since they passed. */
  readonly force: boolean;
  /** Whether to write the new outputs into notebooks whose outputs differ. */
  readonly update: boolean;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  /** Called with each line of progress. */
  readonly say: (line: string) => void;
}

/** The result of rerunning a notebook. */
export interface RerunResult {
  readonly path: string;
  readonly result: "same" | "unchanged" | "updated" | "differs" | "failed";
  readonly findings: readonly Finding[];
  readonly failure?: RunFailure;
  readonly seconds: number;
}

/**
 * Reruns a notebook and compares the new outputs with the committed ones.
 *
 * @throws if a file cannot be read or written, or a rule of a cell is invalid.
 */
export async function rerunAndCompare(path: string, options: RerunOptions): Promise<RerunResult> {
  const { cache, force, update, limits, signal, say } = options;
  const key = cache.key(path);
  if (!force && cache.has(path)) return { path, result: "unchanged", findings: [], seconds: 0 };
  const committed = readExecuted(path);
  const { notebook, failure, seconds } = await runNotebook(committed, path, {
    limits,
    signal,
    environment: { LATENT_SMOKE: "" }, // full parameters, regardless of the environment
    onProgress: ({ cell, cells, seconds: took, passed }) => {
      say(`${path}: cell ${cell}/${cells} ${passed ? "passed" : "failed"} in ${took.toFixed(1)} s`);
    },
  });
  if (failure) {
    say(formatFailure(path, failure));
    return { path, result: "failed", findings: [], failure, seconds };
  }
  const written = serializeNotebook(notebook);
  const rerun = parseExecuted(written, path); // as it would be committed
  const findings = isExecuted(committed) ? compareNotebooks(committed, rerun) : [];
  for (const finding of findings) say(describeFinding(path, finding));
  if (update && (findings.length > 0 || !isExecuted(committed))) {
    writeAtomic(path, written);
    return { path, result: "updated", findings, seconds };
  }
  if (findings.length > 0) return { path, result: "differs", findings, seconds };
  cache.add(path, key);
  return { path, result: "same", findings, seconds };
}
