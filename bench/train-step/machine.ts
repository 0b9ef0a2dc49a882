import { cpus, loadavg } from "node:os";

/** Milliseconds of processor time that everything on this machine has used since it was started. */
function busy(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** A piece of work that other processes may have disturbed. */
export interface Watched<T> {
  readonly result: T;
  /** The share of the machine's processor time that went to others meanwhile, from 0 to 1. */
  readonly othersShare: number;
}

/**
 * Does a piece of work, and finds out how much of the machine other processes took meanwhile.
 *
 * @param cpuOf milliseconds of processor time that the work used, by its result.
 */
export async function watch<T>(work: () => Promise<T>, cpuOf: (result: T) => number): Promise<Watched<T>> {
  const [start, busyBefore, ownBefore] = [performance.now(), busy(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(ownBefore);
  const others = busy() - busyBefore - cpuOf(result) - (user + system) / 1e3;
  const available = (performance.now() - start) * cpus().length;
  return { result, othersShare: Math.min(1, Math.max(0, others / available)) };
}

/** The load averages, for people. */
export const load = (): string => {
  const [one, five, fifteen] = loadavg().map((x) => x.toFixed(1));
  return `load of the machine ${one ?? ""}, ${five ?? ""}, ${fifteen ?? ""} (1, 5, 15 minutes)`;
};
