import { declaredNames, identifiersIn } from "../../homework/declared-names";
import type { AssignedCell } from "../assignment/assignment";
import type { Reply, SandboxProcess } from "../sandbox/sandbox-process";
import { labelOf } from "./judge";
import {
  attribute,
  conclude,
  GradingError,
  isUnanswered,
  messageOf,
  sourceOf,
  type Progress,
  type Ran,
} from "./progress";

function ignore(): void {
  // nothing to do
}

/** Whether a later cell needs what a check cell declares. */
function isNeededLater(progress: Progress, index: number): boolean {
  const cells = progress.assignment.cells;
  const { values, classes, imports } = declaredNames(sourceOf(progress, cells[index] as AssignedCell));
  const names = [...values, ...classes, ...imports];
  if (names.length === 0) return false;
  return cells.slice(index + 1).some((later) => {
    const used = later.role === undefined ? new Set<string>() : identifiersIn(sourceOf(progress, later));
    return names.some((name) => used.has(name));
  });
}

async function runCell(progress: Progress, process: SandboxProcess, index: number): Promise<Reply> {
  const assigned = progress.assignment.cells[index];
  if (!assigned?.role) throw new GradingError(`cell ${index + 1} cannot be run`);
  const role =
    assigned.role === "added" ? "answer" : assigned.role === "check" ? "declarations" : assigned.role;
  const show = role === "declarations" ? ignore : progress.recorder.begin(index);
  const reply = await process.request(
    {
      type: "cell",
      id: String(index),
      role,
      source: sourceOf(progress, assigned),
      label: labelOf(assigned, index),
    },
    show,
  );
  if (role === "declarations") return reply;
  if ("ended" in reply) progress.recorder.fail(index, { ename: "Ended", evalue: reply.ended.message });
  else if (reply.end.status === "error") progress.recorder.fail(index, reply.end);
  return reply;
}

function hasHiddenTests({ cell, visible = cell.source }: AssignedCell): boolean {
  return visible !== cell.source;
}

/** Drops an answer that ended the process in a cell of its check. */
function endedAgain(progress: Progress, ran: Ran, exercise: string, reply: Reply): boolean {
  if (progress.dropped.has(exercise))
    throw new GradingError(`the check of ${exercise} ended the kernel without its answer`);
  if (progress.exercises.has(exercise)) progress.dropped.add(exercise);
  else conclude(progress, ran, exercise, reply, false);
  return false;
}

/**
 * Judges an exercise without its hidden tests, whose time has not come.
 *
 * @returns whether the process still runs.
 */
async function judgeVisible(
  progress: Progress,
  process: SandboxProcess,
  ran: Ran,
  index: number,
): Promise<boolean> {
  const { assignment, exercises, shown, recorder, judge } = progress;
  const assigned = assignment.cells[index] as AssignedCell;
  const { exercise = "" } = assigned;
  if (isNeededLater(progress, index)) {
    const reply = await runCell(progress, process, index);
    if ("ended" in reply) return endedAgain(progress, ran, exercise, reply);
  }
  if (exercises.has(exercise)) return true;
  const isHiding = hasHiddenTests(assigned);
  if (isHiding) await process.request({ type: "keep", id: `keep ${index}`, exercise }, ignore);
  const check = { exercise, visible: true, later: false };
  const reply = await judge.judge(check, process, recorder.begin(index));
  if ("ended" in reply) recorder.fail(index, { ename: "Ended", evalue: reply.ended.message });
  else if (reply.end.status === "error") recorder.fail(index, reply.end);
  if (!isHiding || "ended" in reply) return conclude(progress, ran, exercise, reply, false);
  shown.set(exercise, reply.checks);
  return true;
}

/**
 * Judges the exercises whose hidden tests are left; nothing that the process prints from here on is shown to
 * the student.
 *
 * @returns whether every exercise has a result; otherwise another kernel is needed.
 */
async function judgeHidden(progress: Progress, process: SandboxProcess, ran: Ran): Promise<boolean> {
  const { assignment, exercises, shown, recorder, judge } = progress;
  for (const [index, { role, exercise = "" }] of assignment.cells.entries()) {
    if (role !== "check" || exercises.has(exercise) || !shown.has(exercise)) continue;
    const check = { exercise, visible: false, later: true };
    const reply = await judge.judge(check, process, recorder.secret(index));
    if (!conclude(progress, ran, exercise, reply, true)) return false;
  }
  return true;
}

/** The number of added cells that may end a kernel; after that, none is run. */
const MAX_ENDINGS = 3;

/** Drops an added cell that ended the kernel; after a few of them, all. */
function dropAdded({ assignment, droppedCells }: Progress, index: number): void {
  droppedCells.add(index);
  if (droppedCells.size < MAX_ENDINGS) return;
  for (const [at, { role }] of assignment.cells.entries()) if (role === "added") droppedCells.add(at);
}

/**
 * Runs the remaining cells in one kernel.
 *
 * @returns whether every exercise has a result; otherwise another kernel is needed.
 */
export async function runKernel(progress: Progress, process: SandboxProcess): Promise<boolean> {
  const { assignment, exercises, dropped, droppedCells } = progress;
  const ran: Ran = { answers: new Set(), added: new Set(), failures: new Map() };
  for (const [index, { role, exercise = "" }] of assignment.cells.entries()) {
    if (!role || droppedCells.has(index)) continue;
    if (role === "check") {
      if (!(await judgeVisible(progress, process, ran, index))) return false;
      continue;
    }
    if (role === "answer") ran.answers.add(exercise);
    if (role === "added") ran.added.add(index);
    const reply = await runCell(progress, process, index);
    const failure = "ended" in reply ? reply.ended : reply.end.status === "error" ? reply.end : undefined;
    if (failure && "kind" in failure && failure.kind === "total time") return true;
    if (role === "given") {
      if (!failure || isUnanswered(failure)) continue;
      // The hidden tests of the exercises above are judged before their answers are suspected.
      if (!("ended" in reply) && !(await judgeHidden(progress, process, ran))) return false;
      const hasSuspect = attribute(progress, ran, messageOf(failure));
      if (!hasSuspect && "ended" in reply)
        throw new GradingError(`a cell of the assignment ended the kernel: ${messageOf(failure)}`);
      if (!hasSuspect) continue;
      return false;
    }
    if (role === "added") {
      if (!("ended" in reply)) continue; // an error in an added cell matters only if an answer needs the cell
      dropAdded(progress, index);
      return false;
    }
    if (failure && !ran.failures.has(exercise)) ran.failures.set(exercise, messageOf(failure));
    if ("ended" in reply) {
      // Without its answer, the cell ended because of an answer above.
      if (dropped.has(exercise) && attribute(progress, ran, reply.ended.message)) return false;
      dropped.add(exercise);
      exercises.set(exercise, { checks: [], shown: [], failure: reply.ended.message });
      return false;
    }
  }
  return judgeHidden(progress, process, ran);
}
