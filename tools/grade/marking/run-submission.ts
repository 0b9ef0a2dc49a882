import type { Notebook } from "../../notebook/document";
import type { AssignedCell, Assignment } from "../assignment/assignment";
import type { Isolation } from "../sandbox/isolation";
import type { SandboxLimits } from "../sandbox/limits";
import type { CellEnd, AttestedCheck } from "../channel/messages";
import type { Answer } from "../assignment/answers";
import { createOutputRecorder, type OutputRecorder } from "./recorder";
import { startProcess, type ProcessEnd, type Reply, type SandboxProcess } from "../sandbox/sandbox-process";

/** What came of one exercise: what its checks saw, and what went wrong around them. */
export interface ExerciseRun {
  readonly checks: readonly AttestedCheck[];
  /** Set when the answer, or the cell that checks it, did not come to its end. */
  readonly failure?: string;
}

/** What came of a submission. */
export interface SubmissionRun {
  readonly exercises: ReadonlyMap<string, ExerciseRun>;
  readonly notebook: Notebook;
  readonly seconds: number;
  readonly peakMemory: number;
  /** How many kernels it took. */
  readonly kernels: number;
}

/** Something other than the submission failed: no result, and no zero either. */
export class MachineryFailed extends Error {
  override readonly name = "MachineryFailed";
}

/** How a submission is run. */
export interface SubmissionOptions {
  readonly isolation: Isolation;
  readonly limits: SandboxLimits;
  readonly signal?: AbortSignal;
}

function words(end: CellEnd | ProcessEnd): string {
  return "kind" in end ? end.message : `${end.ename ?? "Error"}: ${end.evalue ?? ""}`;
}

const NEVER_RAN: ExerciseRun = {
  checks: [],
  failure: "the submission's time was over before it could be checked",
};

/** The state of one submission over all the kernels that it takes. */
interface Progress {
  readonly assignment: Assignment;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly exercises: Map<string, ExerciseRun>;
  /** Exercises whose answers are left out from now on. */
  readonly dropped: Set<string>;
  readonly recorder: OutputRecorder;
}

function sourceOf(
  { answers, dropped }: Progress,
  { cell, role, exercise = "", stub = "" }: AssignedCell,
): string {
  return role !== "answer"
    ? cell.source
    : dropped.has(exercise)
      ? stub
      : (answers.get(exercise)?.source ?? stub);
}

/** Takes note of a failure in a cell of the assignment's own, which is never its fault: it passed with the solutions. */
function blame({ exercises, dropped }: Progress, ran: ReadonlySet<string>, failure: string): void {
  const suspects = [...ran].filter((exercise) => !dropped.has(exercise));
  if (suspects.length === 0)
    throw new MachineryFailed(`a cell of the assignment failed by itself: ${failure}`);
  for (const exercise of suspects) {
    dropped.add(exercise);
    if (!exercises.has(exercise))
      exercises.set(exercise, { checks: [], failure: `a later cell of the assignment failed: ${failure}` });
  }
}

async function runCell(progress: Progress, process: SandboxProcess, index: number): Promise<Reply> {
  const assigned = progress.assignment.cells[index];
  if (!assigned?.role) throw new MachineryFailed(`cell ${index + 1} cannot be run`);
  const { role } = assigned;
  const show = progress.recorder.begin(index);
  const source = sourceOf(progress, assigned);
  const reply = await process.run({ id: String(index), role, source, label: `cell [${index + 1}]` }, show);
  if ("ended" in reply) progress.recorder.fail(index, { ename: "Ended", evalue: reply.ended.message });
  else if (reply.end.status === "error") progress.recorder.fail(index, reply.end);
  return reply;
}

/** Runs cells in one kernel. @returns whether all is known; otherwise another kernel is needed. */
async function runKernel(progress: Progress, process: SandboxProcess): Promise<boolean> {
  const { assignment, exercises, dropped } = progress;
  const ran = new Set<string>();
  const failures = new Map<string, string>();
  for (const [index, { role, exercise = "" }] of assignment.cells.entries()) {
    if (!role || (role === "check" && exercises.has(exercise))) continue;
    if (role === "answer") ran.add(exercise);
    const reply = await runCell(progress, process, index);
    const failure = "ended" in reply ? reply.ended : reply.end.status === "error" ? reply.end : undefined;
    if (failure && "kind" in failure && failure.kind === "total time") return true;
    if (role === "given") {
      if (!failure) continue;
      blame(progress, ran, words(failure));
      return exercises.size === assignment.exercises.length;
    }
    if (failure) failures.set(exercise, words(failure));
    if ("ended" in reply || role === "check") {
      const why = failures.get(exercise);
      const checks = "ended" in reply ? [] : reply.checks;
      exercises.set(exercise, { checks, ...(why === undefined ? {} : { failure: why }) });
    }
    if ("ended" in reply) {
      dropped.add(exercise);
      return exercises.size === assignment.exercises.length;
    }
  }
  return true;
}

/**
 * Runs the assignment with a student's answers: in one kernel if they let it live, else in as many as it takes, each
 * without the answers that ended the ones before.
 *
 * @throws MachineryFailed when a kernel does not start, or the assignment's own cells fail without any answer.
 */
export async function runSubmission(
  assignment: Assignment,
  answers: ReadonlyMap<string, Answer>,
  { isolation, limits, signal }: SubmissionOptions,
): Promise<SubmissionRun> {
  const started = performance.now();
  const until = started + limits.total * 1000;
  const recorder = createOutputRecorder(assignment);
  const progress: Progress = { assignment, answers, exercises: new Map(), dropped: new Set(), recorder };
  let peakMemory = 0;
  let kernels = 0;
  for (let isOver = false; !isOver && performance.now() < until;) {
    signal?.throwIfAborted();
    const process = startProcess(isolation, limits, until);
    const stop = (): void => void process.close();
    signal?.addEventListener("abort", stop);
    kernels += 1;
    try {
      const why = await process.ready;
      if (why) throw new MachineryFailed(`the kernel did not start: ${why.message}`);
      isOver = await runKernel(progress, process);
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener("abort", stop);
      await process.close();
      peakMemory = Math.max(peakMemory, process.peakMemory());
    }
  }
  for (const { name } of assignment.exercises)
    if (!progress.exercises.has(name)) progress.exercises.set(name, NEVER_RAN);
  const seconds = (performance.now() - started) / 1000;
  return {
    exercises: progress.exercises,
    notebook: recorder.notebook(answers),
    seconds,
    peakMemory,
    kernels,
  };
}
