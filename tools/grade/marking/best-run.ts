import { withAddedCells } from "../assignment/answers";
import type { Assignment } from "../assignment/assignment";
import type { MatchedCells } from "../assignment/match-cells";
import { runWithRetries } from "./retries";
import type { SubmissionOptions, SubmissionRun } from "./run-submission";

/** An exercise with the points that a run of it earned. */
interface Scored {
  readonly score: number;
  readonly points: number;
}

/** The better of the runs of a submission, exercise by exercise. */
export interface BestRun<T> {
  readonly exercises: readonly T[];
  /** The last run, and the assignment as it was run. */
  readonly shown: SubmissionRun;
  readonly assignment: Assignment;
  readonly seconds: number;
  readonly peakMemory: number;
  /** The number of kernels started. */
  readonly kernels: number;
  readonly incidents: readonly string[];
}

/**
 * Runs a submission with its answers alone. If that does not earn all points, and the student added cells,
 * runs it again with these; each exercise gets the better of its two scores. So a helper in an added cell
 * earns its points, and an experiment in one never costs any.
 *
 * @param score returns the scored exercises of a run.
 */
export async function runBest<T extends Scored>(
  assignment: Assignment,
  { answers, added }: MatchedCells,
  options: SubmissionOptions,
  score: (run: SubmissionRun, hasAdded: boolean) => readonly T[],
): Promise<BestRun<T>> {
  const first = await runWithRetries(assignment, answers, options);
  const alone = score(first, false);
  if (added.length === 0 || alone.every((exercise) => exercise.score >= exercise.points))
    return { ...first, exercises: alone, shown: first, assignment };
  const extended = withAddedCells(assignment, added);
  const second = await runWithRetries(extended, answers, options);
  const together = score(second, true);
  return {
    exercises: together.map((exercise, i) => {
      const before = alone[i];
      return before !== undefined && before.score > exercise.score ? before : exercise;
    }),
    shown: second,
    assignment: extended,
    seconds: first.seconds + second.seconds,
    peakMemory: Math.max(first.peakMemory, second.peakMemory),
    kernels: first.kernels + second.kernels,
    incidents: [...new Set([...first.incidents, ...second.incidents])],
  };
}
