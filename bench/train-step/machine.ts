import { cpus, loadavg } from "node:os";
import { processor } from "latent";

/** Returns the CPU time that all processes have used since the machine started, ms. */
function totalCpuTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** The result of a measurement during which other processes may have run. */
export interface Monitored<T> {
  readonly result: T;
  /** The share of the CPU time that other processes used, from 0 to 1. */
  readonly othersShare: number;
}

/**
 * Runs a task and measures the share of the CPU time that other processes used in the meantime.
 *
 * @param cpuOf returns the CPU time that the task used in another process, ms.
 */
export async function monitor<T>(
  task: () => Promise<T>,
  cpuOf: (result: T) => number,
): Promise<Monitored<T>> {
  const [start, totalBefore, ownBefore] = [performance.now(), totalCpuTime(), process.cpuUsage()];
  const result = await task();
  const { user, system } = process.cpuUsage(ownBefore);
  const others = totalCpuTime() - totalBefore - cpuOf(result) - (user + system) / 1e3;
  const available = (performance.now() - start) * cpus().length;
  return { result, othersShare: Math.min(1, Math.max(0, others / available)) };
}

/** Formats the processor, such as `AMD EPYC 9R14, AVX-512`. */
export function formatProcessor(): string {
  const { name, vectors } = processor();
  return vectors === null ? name : `${name}, ${vectors}`;
}

/** Formats the load averages. */
export function formatLoad(): string {
  const [one, five, fifteen] = loadavg().map((x) => x.toFixed(1));
  return `load average ${one ?? ""}, ${five ?? ""}, ${fifteen ?? ""} (1, 5, 15 minutes)`;
}
