import { inspect } from "node:util";
import { createRequire } from "node:module";
import { join, resolve, sep } from "node:path";
import { Script } from "node:vm";
import { countOf } from "../../common/count-of";
import { convertCell, createConverter, type ConvertedCell } from "../../kernel/source/convert-cell";
import { typeScriptFailure } from "../../kernel/errors/type-errors";
import { createCellRequire } from "../../kernel/evaluator/cell-require";
import { GUARD } from "../../kernel/source/loop-guards";
import type { Sources } from "../../kernel/source/sources";
import { describeThrown } from "../../kernel/errors/traceback";
import type { CellEnd, AttestedCheck, AssignedRole, CellRequest } from "../channel/messages";
import { createAttestingCheck } from "./attest";
import { libraryEntries } from "./library-entries";
import { createVariables, type ValueMapping } from "./variables";

/** How a cell ended, with the outcomes of its checks and its result as text. */
export interface CellResult {
  readonly end: CellEnd;
  readonly checks: readonly AttestedCheck[];
  readonly result?: string;
}

/** Runs the cells of one notebook, which share their variables. */
export interface CellRunner {
  readonly run: (cell: CellRequest) => Promise<CellResult>;
}

type CellFunction = (exports: unknown, require: unknown, guard: () => number) => unknown;

const identity: ValueMapping = { onRead: (value) => value, onWrite: (value) => value };

/**
 * Compiles a cell to a function. It is strict, so that code it calls cannot reach it through `caller` and
 * `arguments`. It cannot be interrupted: the grader kills the process instead.
 */
function compile({ code, awaits }: ConvertedCell, label: string): CellFunction {
  return new Script(
    `(${awaits ? "async " : ""}function (exports, require, ${GUARD}) { "use strict";\n${code?.js ?? ""}\n})`,
    {
      filename: label,
      lineOffset: -1,
    },
  ).runInThisContext() as CellFunction;
}

/** Returns a frozen copy of a library entry in which the export `from` is replaced by `to`. */
function withExport(entry: Record<string, unknown>, from: unknown, to: unknown): Record<string, unknown> {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(entry)) copy[name] = entry[name] === from ? to : entry[name];
  return Object.freeze(copy);
}

/** Returns the `require` of an answer: only the library and files of the assignment are allowed. */
function answerRequire(all: (id: string) => unknown, entries: ReadonlySet<string>, folder: string) {
  const isAssignmentFile = (id: string): boolean =>
    /^\.{0,2}\//.test(id) && !id.endsWith(".node") && resolve(folder, id).startsWith(resolve(folder) + sep);
  return (id: unknown): unknown => {
    if (typeof id === "string" && (entries.has(id) || isAssignmentFile(id))) return all(id);
    throw new Error(
      `an answer cannot import "${String(id)}"; import from ${[...entries].join(", ")}, ` +
        "or from the assignment's files",
    );
  };
}

/**
 * Creates a runner without variables.
 *
 * @param folder relative imports are resolved against it.
 * @param print shows a line in the output of the running cell.
 */
export function createCellRunner(
  folder: string,
  sources: Sources,
  print: (line: string) => void,
): CellRunner {
  const converter = createConverter();
  const variables = createVariables();
  const { require: all, update } = createCellRequire(folder, sources);
  const load = createRequire(join(folder, "cell.js"));
  const entries = libraryEntries(load);
  const forAnswers = answerRequire(all, entries, folder);
  let declarations = "";

  const partsFor = (
    role: AssignedRole,
  ): { mapping: ValueMapping; require: unknown; attest?: ReturnType<typeof createAttestingCheck> } => {
    if (role === "given") return { mapping: identity, require: all };
    if (role === "answer") return { mapping: identity, require: forAnswers };
    const { check } = load("latent") as Readonly<Record<string, unknown>>;
    const attest = createAttestingCheck(print);
    return {
      attest,
      mapping: {
        onRead: (value) => (value === check ? attest.check : value),
        onWrite: (value) => (value === attest.check ? check : value),
      },
      require: (id: string): unknown =>
        entries.has(id) ? withExport(load(id) as Record<string, unknown>, check, attest.check) : all(id),
    };
  };

  const execute = async (cell: ConvertedCell, { label, role }: CellRequest): Promise<CellResult> => {
    const { mapping, require, attest } = partsFor(role);
    try {
      const returned = compile(cell, label)(variables.scope(role, mapping), require, () => 0);
      if (cell.awaits) await returned;
      const pending = attest?.pending() ?? 0;
      const checks = attest ? [...attest.outcomes] : [];
      if (pending > 0)
        throw new Error(
          `the cell ended before ${countOf(pending, "call")} of check finished; use await check(…)`,
        );
      const { resultName } = cell;
      const value = resultName === undefined ? undefined : variables.value(resultName);
      if (resultName !== undefined) variables.forget(resultName);
      const isShown = value !== undefined && value !== null;
      const result = !isShown ? {} : { result: typeof value === "string" ? value : inspect(value) };
      return { end: { status: "ok" }, checks, ...result };
    } catch (thrown) {
      return {
        end: { status: "error", ...describeThrown(thrown, sources) },
        checks: attest ? [...attest.outcomes] : [],
      };
    }
  };

  const run = async (cell: CellRequest): Promise<CellResult> => {
    const converted = convertCell(converter, declarations, cell.source);
    if (converted.diagnostics.length > 0)
      return {
        end: { status: "error", ...typeScriptFailure(converted.diagnostics, cell.label, cell.source) },
        checks: [],
      };
    update(converted.imports);
    sources.add(cell.label, { toSource: converted.code?.toSource ?? (() => undefined), source: cell.source });
    declarations = converted.declarations;
    return execute(converted, cell);
  };
  return { run };
}
