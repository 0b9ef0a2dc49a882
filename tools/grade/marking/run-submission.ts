import type { Notebook } from "../../notebook/document";
import { checkedExercises, type Assignment } from "../assignment/assignment";
import type { Isolation } from "../sandbox/isolation";
import type { SandboxLimits } from "../sandbox/limits";
import type { Answer } from "../assignment/match-cells";
import { createOutputRecorder } from "./output-recorder";
import type { Judge } from "./judge";
import { GradingError, type ExerciseRun, type Progress } from "./progress";
import { runKernel } from "./run-kernel";
import { startProcess, type ProcessEnd } from "../sandbox/sandbox-process";

/** The run of a submission. */
export interface SubmissionRun {
  readonly exercises: ReadonlyMap<string, ExerciseRun>;
  /** The notebook for the student, as it was before any hidden test ran. */
  readonly notebook: Notebook;
  /** The notebook for the instructor, with hidden tests and what they printed. */
  readonly complete: Notebook;
  /** What the submission did that an honest one does not, in words. */
  readonly incidents: readonly string[];
  readonly seconds: number;
  readonly peakMemory: number;
  /** The number of kernels started. */
  readonly kernels: number;
}

/** Options of a run. */
export interface SubmissionOptions {
  readonly isolation: Isolation;
  readonly limits: SandboxLimits;
  readonly signal?: AbortSignal;
  readonly judge: Judge;
  /** Whether everything runs as the user who runs this program, who needs no protection. */
  readonly isTrusted?: boolean;
}

const notReached: ExerciseRun = {
  checks: [],
  shown: [],
  failure: "the time limit of the submission was reached before this exercise was checked",
};

/** The ends of a process that an instructor should know of. */
const INCIDENTS: ReadonlySet<ProcessEnd["kind"]> = new Set([
  ...(["cell time", "total time", "memory", "processes", "output", "message", "died"] as const),
]);

/**
 * Runs the assignment with a student's answers. If an answer ends the kernel, a new kernel runs the
 * assignment without that answer, until every exercise has a result.
 *
 * @throws GradingError if a kernel does not start, or a cell of the assignment fails without any answer.
 */
export async function runSubmission(
  assignment: Assignment,
  answers: ReadonlyMap<string, Answer>,
  { isolation, limits, signal, judge, isTrusted = false }: SubmissionOptions,
): Promise<SubmissionRun> {
  const started = performance.now();
  const deadline = started + limits.total * 1000;
  const judged = checkedExercises(assignment);
  const recorder = createOutputRecorder(assignment);
  const progress: Progress = {
    ...{ assignment, answers, recorder, judge },
    ...{ exercises: new Map(), shown: new Map(), dropped: new Set(), droppedCells: new Set() },
    incidents: new Set(),
  };
  let peakMemory = 0;
  let kernels = 0;
  for (let isComplete = false; !isComplete && performance.now() < deadline;) {
    signal?.throwIfAborted();
    const process = startProcess({ isolation, limits, deadline, isTrusted });
    const stop = (): void => void process.close();
    signal?.addEventListener("abort", stop);
    kernels += 1;
    try {
      const startFailure = await process.ready;
      if (startFailure) throw new GradingError(`the kernel did not start: ${startFailure.message}`);
      isComplete = (await runKernel(progress, process)) || progress.exercises.size === judged.length;
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener("abort", stop);
      await process.close();
      const { kind, message } = await process.ended;
      if (INCIDENTS.has(kind)) progress.incidents.add(message);
      for (const remark of process.remarks()) progress.incidents.add(remark);
      peakMemory = Math.max(peakMemory, process.peakMemory());
    }
  }
  for (const { name } of judged) if (!progress.exercises.has(name)) progress.exercises.set(name, notReached);
  return {
    exercises: progress.exercises,
    notebook: recorder.notebook(answers),
    complete: recorder.complete(answers),
    incidents: [...progress.incidents],
    seconds: (performance.now() - started) / 1000,
    peakMemory,
    kernels,
  };
}
