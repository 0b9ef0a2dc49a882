import type { Assignment } from "../assignment/assignment";
import type { CellRequest, CheckOutcome, JudgeRequest, SandboxMessage } from "../channel/messages";
import type { Isolation } from "../sandbox/isolation";
import type { SandboxLimits } from "../sandbox/limits";
import { startProcess, type ProcessEnd, type Reply, type SandboxProcess } from "../sandbox/sandbox-process";
import { checkRequest, labelOf, type CheckToJudge, type Judge } from "./judge";
import type { Reference, ReferenceCheck } from "./score";

/** An error of the assignment or of the judge: no submission can be graded. */
export class AssignmentError extends Error {
  override readonly name = "AssignmentError";
}

/** What the judge needs of the answers in another process. */
export type AnswerSide = Pick<SandboxProcess, "call" | "onCall" | "end" | "ended">;

/** A judge in a process of its own. */
export interface JudgeProcess extends Judge {
  /** Starts the process, if necessary, and returns the outcomes of the checks with the solutions. */
  readonly reference: () => Promise<Reference>;
  /** Like `judge`, with anything that answers. */
  readonly judgeAnswers: (
    check: CheckToJudge,
    answers: AnswerSide,
    onShown: (message: SandboxMessage) => void,
  ) => Promise<Reply>;
  /** Runs a check again on the solutions, or on answers that give the same reply to every call. */
  readonly tryCheck: (check: CheckToJudge, reply?: string) => Promise<readonly CheckOutcome[]>;
  readonly close: () => Promise<void>;
}

/** Options of a judge. */
export interface JudgeOptions {
  readonly isolation: Isolation;
  readonly limits: SandboxLimits;
  readonly signal?: AbortSignal;
}

/** What is sent to a judge that waits for a process that has ended. */
function ended({ message }: ProcessEnd): string {
  return JSON.stringify(["error", "Error", message]);
}

/** The judge has this many times the limit of a cell: it waits for the answers, and then ends by itself. */
const PATIENCE = 2;

/** The longest delay of a Node.js timer; a longer one fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

function ignore(): void {
  // nothing to do
}

/** The names of exercises, with the outcomes of their checks in the run with the solutions. */
type Outcomes = Record<string, readonly ReferenceCheck[]>;

function firstProblem(checks: readonly CheckOutcome[]): string | undefined {
  const wrong = checks.find(({ status }) => status !== "passed");
  return wrong && `${wrong.name}: ${wrong.problem ?? "not attempted"}`;
}

/**
 * Runs the instructor's notebook in a process, with its solutions.
 *
 * @throws AssignmentError if a cell fails, or a solution does not pass its own checks.
 */
async function runNotebook(assignment: Assignment, process: SandboxProcess): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const failures = new Map<string, string>();
  for (const [index, assigned] of assignment.cells.entries()) {
    const { cell, role, exercise = "" } = assigned;
    if (role === undefined || role === "added") continue;
    const request: CellRequest =
      role === "check"
        ? checkRequest(assignment, index, assigned)
        : { type: "cell", id: String(index), role, source: cell.source, label: labelOf(assigned, index) };
    const reply = await process.request(request, ignore);
    const failure =
      "ended" in reply
        ? reply.ended.message
        : reply.end.status === "error"
          ? `${reply.end.ename ?? "Error"}: ${reply.end.evalue ?? ""}`
          : undefined;
    if (role === "given" && failure !== undefined)
      throw new AssignmentError(
        `latent grade: ${labelOf(assigned, index)} of the assignment failed: ${failure}`,
      );
    if (failure !== undefined && !failures.has(exercise)) failures.set(exercise, failure);
    const checks = "ended" in reply ? [] : reply.checks;
    if (role === "check") {
      outcomes[exercise] = checks;
      const problem = failures.get(exercise) ?? firstProblem(checks);
      if (problem !== undefined || checks.length === 0)
        throw new AssignmentError(
          `latent grade: the solution of exercise ${exercise} does not pass its own checks: ` +
            `${problem ?? "no check ran"}; correct the instructor's notebook`,
        );
    }
    if ("ended" in reply)
      throw new AssignmentError(`latent grade: the solutions do not run: ${failure ?? ""}`);
  }
  for (const { role, exercise = "", cell, visible = cell.source } of assignment.cells)
    if (role === "check" && visible !== cell.source)
      outcomes[exercise] = await markHidden(process, exercise, outcomes[exercise] ?? []);
  return outcomes;
}

/** Marks the checks that the released check cell does not have. */
async function markHidden(
  process: SandboxProcess,
  exercise: string,
  checks: readonly ReferenceCheck[],
): Promise<ReferenceCheck[]> {
  const reply = await process.request(
    { type: "judge", id: `visible ${exercise}`, exercise, visible: true, later: false, own: true },
    ignore,
  );
  const visible = "ended" in reply ? [] : reply.checks.map(({ name }) => name);
  return checks.map((check) => {
    const at = visible.indexOf(check.name);
    if (at >= 0) visible.splice(at, 1);
    return at >= 0 ? check : { ...check, hidden: true };
  });
}

/** Creates a judge; its process starts when it is needed, and again after it has died. */
export function createJudgeProcess(
  assignment: Assignment,
  { isolation, limits, signal }: JudgeOptions,
): JudgeProcess {
  let running: Promise<{ readonly process: SandboxProcess; readonly reference: Reference }> | undefined;
  let count = 0;

  const start = async (): Promise<Awaited<NonNullable<typeof running>>> => {
    signal?.throwIfAborted();
    const process = startProcess({
      isolation,
      limits: {
        ...limits,
        cell: PATIENCE * limits.cell,
        total: Infinity,
        cpu: Infinity,
        output: Infinity,
      },
      deadline: Infinity,
      isTrusted: true,
    });
    const stop = (): void => void process.close();
    signal?.addEventListener("abort", stop);
    void process.ended.finally(() => signal?.removeEventListener("abort", stop));
    try {
      const failure = await process.ready;
      if (failure) throw new AssignmentError(`latent grade: the judge did not start: ${failure.message}`);
      return { process, reference: await runNotebook(assignment, process) };
    } catch (error) {
      await process.close();
      throw error;
    }
  };
  const get = (): NonNullable<typeof running> => (running ??= start());
  const ask = (
    process: SandboxProcess,
    { exercise, visible, later }: CheckToJudge,
    own: JudgeRequest["own"],
    onShown: (message: SandboxMessage) => void,
  ): Promise<Reply> =>
    process.request({ type: "judge", id: String(count), exercise, visible, later, own }, onShown);

  const judgeAnswers: JudgeProcess["judgeAnswers"] = async (check, answers, onShown) => {
    const { process } = await get();
    const number = String(++count);
    let over: ProcessEnd | undefined;
    const stop = (why: ProcessEnd): void => {
      over ??= why;
      process.call(number, ended(why));
    };
    let isDone = false;
    void answers.ended.then((why) => {
      if (!isDone) stop(why);
    });
    process.onCall((text) => (over ? process.call(number, ended(over)) : answers.call(number, text)));
    answers.onCall((text) => process.call(number, text), onShown);
    const timer = Number.isFinite(limits.cell)
      ? setTimeout(
          () => answers.end("cell time", `the check ran longer than ${limits.cell} s`),
          Math.min(1000 * limits.cell, MAX_DELAY_MS),
        )
      : undefined;
    const reply = await ask(process, check, false, onShown).finally(() => clearTimeout(timer));
    isDone = true;
    answers.onCall(undefined);
    process.onCall(undefined);
    if (over) return { ended: over };
    if (!("ended" in reply)) return reply;
    running = undefined;
    const message = `the check did not finish: ${reply.ended.message}`;
    answers.end("stopped", message);
    return { ended: { kind: "stopped", message } };
  };

  return {
    reference: async () => (await get()).reference,
    judge: judgeAnswers,
    judgeAnswers,
    tryCheck: async (check, constant) => {
      const { process } = await get();
      count += 1;
      const reply = await ask(process, check, constant ?? true, ignore);
      return "ended" in reply ? [] : reply.checks;
    },
    close: async () => {
      const started = await running?.catch(() => undefined);
      running = undefined;
      await started?.process.close();
    },
  };
}
