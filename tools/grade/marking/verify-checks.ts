/**
 * Tries the checks of an assignment before any submission is graded: an exercise that earns points without a
 * right answer cannot be judged.
 */
import type { Assignment } from "../assignment/assignment";
import { AssignmentError, type JudgeProcess } from "./judge-process";
import type { CheckToJudge } from "./judge";
import { hasAgreed, type Reference } from "./score";

/** Answers of one value to every call, as they are written on the channel. */
const CONSTANTS: Readonly<Record<string, string>> = {
  "0": '["ok",0]',
  "1": '["ok",1]',
  "true": '["ok",true]',
  "false": '["ok",false]',
};

const UNANSWERED = '["error","Error","YOUR CODE HERE"]';

function refuse(exercise: string, problem: string, remedy: string): never {
  throw new AssignmentError(`latent grade: exercise ${exercise} cannot be graded: ${problem}; ${remedy}`);
}

async function verifyCheck(judge: JudgeProcess, check: CheckToJudge, reference: Reference): Promise<void> {
  const { exercise } = check;
  const expected = reference[exercise] ?? [];
  const agreeing = async (reply: string): Promise<string[]> => {
    const checks = await judge.tryCheck(check, reply);
    return checks.filter((one, i) => expected[i] && hasAgreed(one, expected[i])).map(({ name }) => name);
  };
  const repeated = await judge.tryCheck(check);
  const changed = expected.find((one, i) => !(repeated[i] && hasAgreed(repeated[i], one)));
  if (changed)
    refuse(
      exercise,
      `its check "${changed.name}" gives another result when it runs again after the last cell`,
      "do not change in later cells, or in the check itself, what the check uses",
    );
  const [unasked] = await agreeing(UNANSWERED);
  if (unasked !== undefined)
    refuse(
      exercise,
      `its check "${unasked}" passes without an answer`,
      "compute what it gets inside the check cell by calling what the exercise declares",
    );
  for (const [value, reply] of Object.entries(CONSTANTS))
    if ((await agreeing(reply)).length === expected.length)
      refuse(
        exercise,
        `an answer that is always ${value} passes all its checks`,
        "add a check in which the right value is another one",
      );
}

/**
 * Tries the checks of all exercises.
 *
 * @throws AssignmentError for the first exercise that cannot be judged, with the remedy.
 */
export async function verifyChecks(assignment: Assignment, judge: JudgeProcess): Promise<void> {
  const reference = await judge.reference();
  for (const { role, exercise = "" } of assignment.cells)
    if (role === "check") await verifyCheck(judge, { exercise, visible: false, later: true }, reference);
}
