import { readdirSync, readFileSync } from "node:fs";

/** The current resource usage of a process and its descendants. */
export interface Usage {
  /** Resident memory in bytes. */
  readonly memory: number;
  readonly processes: number;
  /** Processes and threads. */
  readonly tasks: number;
}

const PAGE_BYTES = 4096;

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // the process has ended
  }
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Returns the total usage of a process and its descendants; stops counting after `maxTasks` tasks. */
export function usageOf(pid: number, maxTasks = Infinity): Usage {
  let memory = 0;
  let processes = 0;
  let tasks = 0;
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined && tasks <= maxTasks; next = waiting.pop()) {
    processes += 1;
    memory += Number(read(`/proc/${next}/statm`).split(" ")[1] ?? 0) * PAGE_BYTES;
    for (const task of tasksOf(next)) {
      tasks += 1;
      for (const child of read(`/proc/${next}/task/${task}/children`).split(" "))
        if (child !== "") waiting.push(Number(child));
    }
  }
  return { memory, processes, tasks };
}
