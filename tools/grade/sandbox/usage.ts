import { readdirSync, readFileSync } from "node:fs";

/** What a process and all that it has started hold at this moment. */
export interface Usage {
  /** Resident memory in bytes. */
  readonly memory: number;
  /** Processes and threads. */
  readonly tasks: number;
}

const PAGE = 4096;

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended meanwhile
  }
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Adds up a process and its descendants, as far as `most` tasks. */
export function usageOf(pid: number, most = Infinity): Usage {
  let memory = 0;
  let tasks = 0;
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined && tasks <= most; next = waiting.pop()) {
    memory += Number(read(`/proc/${next}/statm`).split(" ")[1] ?? 0) * PAGE;
    for (const task of tasksOf(next)) {
      tasks += 1;
      for (const child of read(`/proc/${next}/task/${task}/children`).split(" "))
        if (child !== "") waiting.push(Number(child));
    }
  }
  return { memory, tasks };
}
