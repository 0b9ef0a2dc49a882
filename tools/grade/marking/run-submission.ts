import type { Notebook } from "../../notebook/document";
import type { AssignedCell, Assignment } from "../assignment/assignment";
import type { Isolation } from "../sandbox/isolation";
import type { SandboxLimits } from "../sandbox/limits";
import type { CellEnd, AttestedCheck } from "../channel/messages";
import type { Answer } from "../assignment/match-cells";
import { createOutputRecorder, type OutputRecorder } from "./output-recorder";
import { startProcess, type ProcessEnd, type Reply, type SandboxProcess } from "../sandbox/sandbox-process";

/** The run of one exercise. */
export interface ExerciseRun {
  readonly checks: readonly AttestedCheck[];
  /** Set if the answer or the cell that checks it failed. */
  readonly failure?: string;
}

/** The run of a submission. */
export interface SubmissionRun {
  readonly exercises: ReadonlyMap<string, ExerciseRun>;
  readonly notebook: Notebook;
  readonly seconds: number;
  readonly peakMemory: number;
  /** The number of kernels started. */
  readonly kernels: number;
}

/** A failure that the submission did not cause: its score is unknown, not zero. */
export class GradingError extends Error {
  override readonly name = "GradingError";
}

/** Options of a run. */
export interface SubmissionOptions {
  readonly isolation: Isolation;
  readonly limits: SandboxLimits;
  readonly signal?: AbortSignal;
}

function messageOf(end: CellEnd | ProcessEnd): string {
  return "kind" in end ? end.message : `${end.ename ?? "Error"}: ${end.evalue ?? ""}`;
}

const notReached: ExerciseRun = {
  checks: [],
  failure: "the time limit of the submission was reached before this exercise was checked",
};

/** The state of one submission across all kernels. */
interface Progress {
  readonly assignment: Assignment;
  readonly answers: ReadonlyMap<string, Answer>;
  readonly exercises: Map<string, ExerciseRun>;
  /** Exercises whose answers are replaced by the released stub from now on. */
  readonly dropped: Set<string>;
  /** Added cells, by their index, that are not run from now on. */
  readonly droppedCells: Set<number>;
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

/** What has run in one kernel. */
interface Ran {
  readonly answers: Set<string>;
  /** Added cells, by their index. */
  readonly added: Set<number>;
}

/** Whether a cell failed because an exercise that it needs has not been answered. */
function isUnanswered(failure: CellEnd | ProcessEnd): boolean {
  return !("kind" in failure) && /YOUR CODE HERE/i.test(failure.evalue ?? "");
}

/**
 * Attributes the failure of a cell of the assignment to what ran before it: with the solutions, the cell did
 * not fail. Suspects are first the added cells, then the answers.
 *
 * @returns whether there was a suspect. If all answers had been dropped before, the cell needs one of them.
 * @throws GradingError if neither ran before it.
 */
function attribute(
  { exercises, dropped, droppedCells }: Progress,
  { answers: ran, added }: Ran,
  failure: string,
): boolean {
  if (added.size > 0) {
    for (const index of added) droppedCells.add(index);
    return true;
  }
  const suspects = [...ran].filter((exercise) => !dropped.has(exercise));
  if (ran.size === 0)
    throw new GradingError(`a cell of the assignment failed without any answer: ${failure}`);
  for (const exercise of suspects) {
    dropped.add(exercise);
    if (!exercises.has(exercise))
      exercises.set(exercise, { checks: [], failure: `a later cell of the assignment failed: ${failure}` });
  }
  return suspects.length > 0;
}

async function runCell(progress: Progress, process: SandboxProcess, index: number): Promise<Reply> {
  const assigned = progress.assignment.cells[index];
  if (!assigned?.role) throw new GradingError(`cell ${index + 1} cannot be run`);
  const role = assigned.role === "added" ? "answer" : assigned.role;
  const show = progress.recorder.begin(index);
  const source = sourceOf(progress, assigned);
  const { label = `cell [${index + 1}]` } = assigned;
  const reply = await process.run({ id: String(index), role, source, label }, show);
  if ("ended" in reply) progress.recorder.fail(index, { ename: "Ended", evalue: reply.ended.message });
  else if (reply.end.status === "error") progress.recorder.fail(index, reply.end);
  return reply;
}

/**
 * Runs the remaining cells in one kernel.
 *
 * @returns whether every exercise has a result; otherwise another kernel is needed.
 */
async function runKernel(progress: Progress, process: SandboxProcess): Promise<boolean> {
  const { assignment, exercises, dropped, droppedCells } = progress;
  const ran: Ran = { answers: new Set(), added: new Set() };
  const failures = new Map<string, string>();
  for (const [index, { role, exercise = "" }] of assignment.cells.entries()) {
    if (!role || (role === "check" && exercises.has(exercise))) continue;
    if (droppedCells.has(index)) continue;
    if (role === "answer") ran.answers.add(exercise);
    if (role === "added") ran.added.add(index);
    const reply = await runCell(progress, process, index);
    const failure = "ended" in reply ? reply.ended : reply.end.status === "error" ? reply.end : undefined;
    if (failure && "kind" in failure && failure.kind === "total time") return true;
    if (role === "given") {
      if (!failure || isUnanswered(failure)) continue;
      const hasSuspect = attribute(progress, ran, messageOf(failure));
      if (!hasSuspect && "ended" in reply)
        throw new GradingError(`a cell of the assignment ended the kernel: ${messageOf(failure)}`);
      if (!hasSuspect) continue;
      return exercises.size === assignment.exercises.length;
    }
    if (role === "added") {
      if (!("ended" in reply)) continue; // an error in an added cell matters only if an answer needs the cell
      droppedCells.add(index);
      return false;
    }
    if (failure && !failures.has(exercise)) failures.set(exercise, messageOf(failure));
    if ("ended" in reply || role === "check") {
      const message = failures.get(exercise);
      const checks = "ended" in reply ? [] : reply.checks;
      exercises.set(exercise, { checks, ...(message === undefined ? {} : { failure: message }) });
    }
    if ("ended" in reply) {
      dropped.add(exercise);
      return exercises.size === assignment.exercises.length;
    }
  }
  return true;
}

/**
 * Runs the assignment with a student's answers. If an answer ends the kernel, a new kernel runs the
 * assignment without that answer, until every exercise has a result.
 *
 * @throws GradingError if a kernel does not start, or a cell of the assignment fails without any answer.
 */
export async function runSubmission(
  assignment: Assignment,
  answers: ReadonlyMap<string, Answer>,
  { isolation, limits, signal }: SubmissionOptions,
): Promise<SubmissionRun> {
  const started = performance.now();
  const deadline = started + limits.total * 1000;
  const recorder = createOutputRecorder(assignment);
  const progress: Progress = {
    ...{ assignment, answers, recorder },
    ...{ exercises: new Map(), dropped: new Set(), droppedCells: new Set() },
  };
  let peakMemory = 0;
  let kernels = 0;
  for (let isComplete = false; !isComplete && performance.now() < deadline;) {
    signal?.throwIfAborted();
    const process = startProcess(isolation, limits, deadline);
    const stop = (): void => void process.close();
    signal?.addEventListener("abort", stop);
    kernels += 1;
    try {
      const startFailure = await process.ready;
      if (startFailure) throw new GradingError(`the kernel did not start: ${startFailure.message}`);
      isComplete = await runKernel(progress, process);
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener("abort", stop);
      await process.close();
      peakMemory = Math.max(peakMemory, process.peakMemory());
    }
  }
  for (const { name } of assignment.exercises)
    if (!progress.exercises.has(name)) progress.exercises.set(name, notReached);
  const seconds = (performance.now() - started) / 1000;
  return {
    exercises: progress.exercises,
    notebook: recorder.notebook(answers),
    seconds,
    peakMemory,
    kernels,
  };
}
