import { inspect } from "node:util";
import { Script } from "node:vm";
import type { Converter } from "tslab/dist/converter";
import { getCodeMetadata } from "tslab/dist/metadata";
import { convertCell, type ConvertedCell } from "../source/convert-cell";
import { declarationsSoFar } from "../source/declarations";
import { typeScriptFailure } from "../errors/type-errors";
import { createVariables } from "./cell-exports";
import { GRACE, NOTICED_GRACE } from "../threads/grace";
import { createCellRequire } from "./cell-require";
import { shownByLibrary } from "./library-hook";
import { Phase } from "../threads/shared-memory";
import type { CellError, Outcome, RawFrame } from "../threads/thread-messages";
import { LIVE, type Bindings } from "../source/live-bindings";
import { GUARD } from "../source/loop-guards";
import type { Sources } from "../source/sources";
import { describeInterrupted, describeThrown, CellInterrupted } from "../errors/traceback";

/** Called once when a cell has ended. */
export type OnOutcome = (outcome: Outcome) => void;

/** The state of the running notebook: its variables, declarations and running cell. */
export interface Session {
  /** Runs a cell; `label` names it in stack traces. */
  readonly run: (code: string, label: string, onOutcome: OnOutcome) => void;
  /** Ends the running cell if it is awaiting something, after a grace period. */
  readonly interrupt: () => void;
  /** Ends the running cell after its code was terminated. */
  readonly terminated: (frames: readonly RawFrame[]) => void;
  /** The declarations of the cells so far, for completion and inspection. */
  readonly declarations: () => string;
}

/** The dependencies of a session. */
export interface SessionDependencies {
  readonly converter: Converter;
  readonly sources: Sources;
  /** The number of interrupts so far. */
  readonly interrupts: () => number;
  /** Whether the library has noticed the last interrupt. */
  readonly isInterruptNoticed: () => boolean;
  readonly setPhase: (phase: Phase) => void;
}

type CellFunction = (
  exports: unknown,
  require: NodeJS.Require,
  guard: (seen?: number) => number,
  live: (bindings: Bindings) => void,
) => unknown;

/** The outcome of a cell whose last expression has this value. */
function resultOf(value: unknown): Outcome {
  if (value === undefined || value === null) return { status: "ok" };
  const text = (): string => (typeof value === "string" ? value : inspect(value));
  return { status: "ok", result: shownByLibrary(value) ?? { "text/plain": text() } };
}

/** Whether an error is what SIGINT throws in code that does not yield. */
function isSigint(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

const CALLEE = Symbol.for("latent.kernel.callee");
const CALL = new Script('globalThis[Symbol.for("latent.kernel.callee")]()', { filename: "node:latent" });

/** Calls `body` so that SIGINT stops it even in a loop that never yields. */
function callInterruptibly(body: () => unknown): unknown {
  Reflect.set(globalThis, CALLEE, body);
  return CALL.runInThisContext({ breakOnSigint: true });
}

/** Compiles a cell to a script that evaluates to a function; its lines are those of the cell's JavaScript. */
function compile({ code, awaits }: ConvertedCell, label: string): Script {
  return new Script(
    `(${awaits ? "async " : ""}function (exports, require, ${GUARD}, ${LIVE}) {\n${code?.js ?? ""}\n})`,
    {
      filename: label,
      lineOffset: -1,
    },
  );
}

/** Creates a session without cells. */
export function createSession({
  converter,
  sources,
  interrupts,
  isInterruptNoticed,
  setPhase,
}: SessionDependencies): Session {
  const variables = createVariables();
  const cellRequire = createCellRequire(process.cwd(), sources);
  let declarations = "";
  /** Fails the running cell as interrupted, with the given stack. */
  let interruptCell: ((frames: readonly RawFrame[]) => void) | undefined;

  const guard = (seen?: number): number => {
    const now = interrupts();
    if (seen !== undefined && seen !== now) throw new CellInterrupted();
    return now;
  };

  /** Runs a converted cell and calls `onOutcome` once, even if its code never returns. */
  const execute = (cell: ConvertedCell, code: string, label: string, onOutcome: OnOutcome): void => {
    const { exports, live, finish } = variables.forCell();
    let hasEnded = false;
    const end = (outcome: Outcome): void => {
      if (hasEnded) return;
      hasEnded = true;
      interruptCell = undefined;
      setPhase(Phase.Idle);
      const unreached = finish();
      declarations =
        outcome.status === "ok"
          ? cell.declarations
          : declarationsSoFar(cell.declarations, code, variables.values, unreached, declarations);
      onOutcome(outcome);
    };
    const fail = (error: CellError): void => end({ status: "error", ...error });
    const failWith = (thrown: unknown): void =>
      fail(isSigint(thrown) ? describeInterrupted([], sources) : describeThrown(thrown, sources));
    const succeed = (): void => {
      const { resultName } = cell;
      end(resultOf(resultName === undefined ? undefined : exports[resultName]));
    };
    interruptCell = (frames) => fail(describeInterrupted(frames, sources));
    setPhase(Phase.Running);
    try {
      const body = compile(cell, label).runInThisContext() as CellFunction;
      const returned = callInterruptibly(() => body(exports, cellRequire.require, guard, live));
      if (cell.awaits) (returned as Promise<unknown>).then(succeed, failWith);
      else succeed();
    } catch (thrown) {
      failWith(thrown);
    }
  };

  const addModule = (name: string, code: string, label: string): Outcome => {
    const diagnostics = converter.addModule(name, code, getCodeMetadata(code));
    return diagnostics.length > 0
      ? { status: "error", ...typeScriptFailure(diagnostics, label, code) }
      : { status: "ok" };
  };

  /** Type-checks and converts a cell; returns its outcome instead if it has nothing to run. */
  const convert = (code: string, label: string): ConvertedCell | Outcome => {
    const before = interrupts();
    setPhase(Phase.Checking);
    try {
      const { module, mode } = getCodeMetadata(code);
      if (mode === "browser") throw new Error("cells for the browser (/** @browser */) are not supported");
      if (module !== undefined) return addModule(module, code, label);
      const cell = convertCell(converter, declarations, code, { live: true });
      if (before !== interrupts()) return { status: "error", ...describeInterrupted([], sources) };
      if (cell.diagnostics.length === 0) return cell;
      return { status: "error", ...typeScriptFailure(cell.diagnostics, label, code) };
    } catch (thrown) {
      return { status: "error", ...describeThrown(thrown, sources) };
    } finally {
      setPhase(Phase.Idle);
    }
  };

  const run = (code: string, label: string, onOutcome: OnOutcome): void => {
    const converted = convert(code, label);
    if ("status" in converted) {
      onOutcome(converted);
      return;
    }
    cellRequire.update(converted.imports);
    sources.add(label, { toSource: converted.code?.toSource ?? (() => undefined), source: code });
    execute(converted, code, label, onOutcome);
  };

  return {
    run,
    interrupt: () => {
      const interrupt = interruptCell;
      if (!interrupt) return;
      setTimeout(() => {
        if (isInterruptNoticed()) setTimeout(interrupt, NOTICED_GRACE - GRACE, []);
        else interrupt([]);
      }, GRACE);
    },
    terminated: (frames) => interruptCell?.(frames),
    declarations: () => declarations,
  };
}
