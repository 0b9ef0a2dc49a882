import { inspect } from "node:util";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import { convertCell, createConverter, type ConvertedCell } from "../../kernel/source/convert-cell";
import { typeScriptFailure } from "../../kernel/errors/type-errors";
import { createCellRequire } from "../../kernel/evaluator/cell-require";
import { GUARD } from "../../kernel/source/loop-guards";
import type { Sources } from "../../kernel/source/sources";
import { describeThrown } from "../../kernel/errors/traceback";
import type { CellEnd, AttestedCheck, AssignedRole, ToSandbox } from "../channel/messages";
import { createAttest } from "./attest";
import { libraryEntries } from "./library-entries";
import { createVariables, type Swap } from "./variables";

/** How a cell ended, and what its checks saw. */
export interface Ran {
  readonly end: CellEnd;
  readonly checks: readonly AttestedCheck[];
  readonly result?: string;
}

/** The running notebook. */
export interface Cells {
  readonly run: (cell: ToSandbox) => Promise<Ran>;
}

type CellFunction = (exports: unknown, require: unknown, guard: () => number) => unknown;

const NOTHING: Swap = { seen: (value) => value, left: (value) => value };

/**
 * The cell as a function. It is strict, so that code it calls cannot walk up to it through `caller` and `arguments`.
 * There is no way to interrupt it: the grader ends the process instead.
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

/** An entry of the library with another value in place of one of its exports, wherever it has that export. */
function withExport(entry: Record<string, unknown>, from: unknown, to: unknown): Record<string, unknown> {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(entry)) copy[name] = entry[name] === from ? to : entry[name];
  return Object.freeze(copy);
}

/** What an answer may import: the library, and files of the assignment. */
function answerRequire(all: (id: string) => unknown, entries: ReadonlySet<string>) {
  return (id: unknown): unknown => {
    if (typeof id === "string")
      if (entries.has(id) || (/^\.{0,2}\//.test(id) && !id.endsWith(".node"))) return all(id);
    throw new Error(
      `an answer cannot import "${String(id)}"; import from ${[...entries].join(", ")}, ` +
        "or from the assignment's files",
    );
  };
}

/** A notebook without cells, in `folder`. @param print shows a line in the running cell. */
export function createCells(folder: string, sources: Sources, print: (line: string) => void): Cells {
  const converter = createConverter();
  const variables = createVariables();
  const { require: all, update } = createCellRequire(folder, sources);
  const load = createRequire(join(folder, "cell.js"));
  const entries = libraryEntries(load);
  const forAnswers = answerRequire(all, entries);
  let declarations = "";

  const partsFor = (
    role: AssignedRole,
  ): { swap: Swap; require: unknown; attest?: ReturnType<typeof createAttest> } => {
    if (role === "given") return { swap: NOTHING, require: all };
    if (role === "answer") return { swap: NOTHING, require: forAnswers };
    const { check } = load("latent") as Readonly<Record<string, unknown>>;
    const attest = createAttest(print);
    return {
      attest,
      swap: {
        seen: (value) => (value === check ? attest.check : value),
        left: (value) => (value === attest.check ? check : value),
      },
      require: (id: string): unknown =>
        entries.has(id) ? withExport(load(id) as Record<string, unknown>, check, attest.check) : all(id),
    };
  };

  const execute = async (cell: ConvertedCell, { label, role }: ToSandbox): Promise<Ran> => {
    const { swap, require, attest } = partsFor(role);
    try {
      const returned = compile(cell, label)(variables.scope(role, swap), require, () => 0);
      if (cell.awaits) await returned;
      const late = attest?.pending() ?? 0;
      const checks = attest ? [...attest.outcomes] : [];
      if (late > 0) throw new Error(`${late} of the checks had not come to their end; await check(…)`);
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

  const run = async (cell: ToSandbox): Promise<Ran> => {
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
