import { inspect } from "node:util";
import { Script } from "node:vm";
import type { Converter } from "tslab/dist/converter";
import { getCodeMetadata } from "tslab/dist/metadata";
import { convertCell, type ConvertedCell } from "../source/convert-cell";
import { declarationsSoFar } from "../source/declarations";
import { typeScriptFailure } from "../errors/type-errors";
import { createExports } from "./cell-exports";
import { GRACE, HEEDED_GRACE } from "../threads/grace";
import { createCellRequire } from "./cell-require";
import { Phase } from "../threads/shared-memory";
import type { CellError, Outcome, RawFrame } from "../threads/thread-messages";
import { GUARD } from "../source/loop-guards";
import type { Sources } from "../source/sources";
import { describeInterrupted, describeThrown, CellInterrupted } from "../errors/traceback";

/** Called once when a cell has ended. */
export type OnOutcome = (outcome: Outcome) => void;

/** The running notebook: its variables, its declarations and the cell that runs now. */
export interface Session {
  /** Runs one cell under `label`, by which stacks name it. */
  readonly run: (code: string, label: string, ended: OnOutcome) => void;
  /** Lets the running cell end, after an interrupt, if it awaits something. */
  readonly interrupt: () => void;
  /** Ends the running cell after its code was stopped by force. */
  readonly terminated: (frames: readonly RawFrame[]) => void;
  /** What the cells so far declare, for completion and inspection. */
  readonly declarations: () => string;
}

/** What a session is made of. */
export interface SessionParts {
  readonly converter: Converter;
  readonly sources: Sources;
  /** How many interrupts there were. */
  readonly interrupts: () => number;
  /** Whether code of the library has noticed the last one. */
  readonly isHeeded: () => boolean;
  readonly setPhase: (phase: Phase) => void;
}

type CellFunction = (exports: unknown, require: NodeJS.Require, guard: (seen?: number) => number) => unknown;

/** The outcome of a cell whose last expression has this value. */
const resultOf = (value: unknown): Outcome => {
  if (value === undefined || value === null) return { status: "ok" };
  return { status: "ok", result: { "text/plain": typeof value === "string" ? value : inspect(value) } };
};

/** What a SIGINT throws out of code that does not yield. */
const isSigint = (thrown: unknown): boolean =>
  thrown instanceof Error && "code" in thrown && thrown.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";

const CALLEE = Symbol.for("latent.kernel.callee");
const CALL = new Script('globalThis[Symbol.for("latent.kernel.callee")]()', { filename: "node:latent" });

/** Calls `body` so that a SIGINT stops it even in a loop that never yields. */
const callInterruptibly = (body: () => unknown): unknown => {
  Reflect.set(globalThis, CALLEE, body);
  return CALL.runInThisContext({ breakOnSigint: true });
};

/** The cell as a function; its line 1 is the JavaScript's line 1. */
const compile = ({ code, awaits }: ConvertedCell, label: string): Script =>
  new Script(`(${awaits ? "async " : ""}function (exports, require, ${GUARD}) {\n${code?.js ?? ""}\n})`, {
    filename: label,
    lineOffset: -1,
  });

/** A session without cells. */
export const createSession = ({
  converter,
  sources,
  interrupts,
  isHeeded,
  setPhase,
}: SessionParts): Session => {
  const { proxy, values } = createExports();
  const cellRequire = createCellRequire(process.cwd(), sources);
  let declarations = "";
  /** Ends the running cell as interrupted at a place. */
  let stop: ((frames: readonly RawFrame[]) => void) | undefined;

  const guard = (seen?: number): number => {
    const now = interrupts();
    if (seen !== undefined && seen !== now) throw new CellInterrupted();
    return now;
  };

  /** Runs what `convertCell` made; `end` is called when it is over, also if the code never returns. */
  const execute = (cell: ConvertedCell, code: string, label: string, ended: OnOutcome): void => {
    let over = false;
    const end = (outcome: Outcome): void => {
      if (over) return;
      over = true;
      stop = undefined;
      setPhase(Phase.Idle);
      declarations =
        outcome.status === "ok" ? cell.declarations : declarationsSoFar(cell.declarations, code, values);
      ended(outcome);
    };
    const fail = (failure: CellError): void => end({ status: "error", ...failure });
    const threw = (thrown: unknown): void =>
      fail(isSigint(thrown) ? describeInterrupted([], sources) : describeThrown(thrown, sources));
    const succeed = (): void => {
      const { resultName } = cell;
      const value = resultName === undefined ? undefined : values[resultName];
      if (resultName !== undefined) Reflect.deleteProperty(values, resultName);
      end(resultOf(value));
    };
    stop = (frames) => fail(describeInterrupted(frames, sources));
    setPhase(Phase.Running);
    try {
      const body = compile(cell, label).runInThisContext() as CellFunction;
      const returned = callInterruptibly(() => body(proxy, cellRequire.require, guard));
      if (cell.awaits) (returned as Promise<unknown>).then(succeed, threw);
      else succeed();
    } catch (thrown) {
      threw(thrown);
    }
  };

  const addModule = (name: string, code: string, label: string): Outcome => {
    const diagnostics = converter.addModule(name, code, getCodeMetadata(code));
    return diagnostics.length > 0
      ? { status: "error", ...typeScriptFailure(diagnostics, label, code) }
      : { status: "ok" };
  };

  /** The cell in JavaScript, or why it cannot run. */
  const check = (code: string, label: string): ConvertedCell | Outcome => {
    const before = interrupts();
    setPhase(Phase.Checking);
    try {
      const { module, mode } = getCodeMetadata(code);
      if (mode === "browser") throw new Error("cells for the browser (/** @browser */) are not supported");
      if (module !== undefined) return addModule(module, code, label);
      const cell = convertCell(converter, declarations, code);
      if (before !== interrupts()) return { status: "error", ...describeInterrupted([], sources) };
      if (cell.diagnostics.length === 0) return cell;
      return { status: "error", ...typeScriptFailure(cell.diagnostics, label, code) };
    } catch (thrown) {
      return { status: "error", ...describeThrown(thrown, sources) };
    } finally {
      setPhase(Phase.Idle);
    }
  };

  const run = (code: string, label: string, ended: OnOutcome): void => {
    const checked = check(code, label);
    if ("status" in checked) {
      ended(checked);
      return;
    }
    cellRequire.update(checked.imports);
    sources.add(label, { toSource: checked.code?.toSource ?? (() => undefined), source: code });
    execute(checked, code, label, ended);
  };

  return {
    run,
    interrupt: () => {
      const running = stop;
      if (!running) return;
      setTimeout(() => {
        if (isHeeded()) setTimeout(running, HEEDED_GRACE - GRACE, []);
        else running([]);
      }, GRACE);
    },
    terminated: (frames) => stop?.(frames),
    declarations: () => declarations,
  };
};
