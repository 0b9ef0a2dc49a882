import { inspect } from "node:util";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Script } from "node:vm";
import { countOf } from "../../common/count-of";
import { convertCell, createConverter, type ConvertedCell } from "../../kernel/source/convert-cell";
import { typeScriptFailure } from "../../kernel/errors/type-errors";
import { createCellRequire } from "../../kernel/evaluator/cell-require";
import { LIVE } from "../../kernel/source/live-bindings";
import { GUARD } from "../../kernel/source/loop-guards";
import type { Sources } from "../../kernel/source/sources";
import { describeThrown } from "../../kernel/errors/traceback";
import type { CellEnd, CellRequest, CheckOutcome } from "../channel/messages";
import { createAttestingCheck, type AttestingCheck } from "./attest";
import { libraryEntries } from "./library-entries";
import {
  createVariables,
  type Scope,
  type Snapshot,
  type ValueMapping,
  type Values,
  type Variables,
} from "./variables";

/** How a cell ended, with the outcomes of its checks and its result as text. */
export interface CellResult {
  readonly end: CellEnd;
  readonly checks: readonly CheckOutcome[];
  readonly result?: string;
}

/** A check cell that can run again. */
export interface PreparedCheck {
  /** Runs it with the variables of a moment, in which `replaced` stands for some values. */
  readonly run: (before: Snapshot, replaced: Values) => Promise<CellResult>;
  readonly awaits: boolean;
}

/** Runs the cells of one notebook, which share their variables. */
export interface CellRunner {
  readonly run: (cell: Pick<CellRequest, "role" | "source" | "label">) => Promise<CellResult>;
  /**
   * Runs a check, in which `replaced` stands for some values.
   *
   * @param visible its source without hidden tests, if it has any.
   * @returns the check with and without hidden tests, to run it again; nothing if it does not compile.
   */
  readonly runCheck: (
    cell: Pick<CellRequest, "source" | "label" | "visible">,
    replaced: Values,
  ) => Promise<{
    readonly result: CellResult;
    readonly prepared?: { readonly full: PreparedCheck; readonly visible: PreparedCheck };
  }>;
  readonly variables: Variables;
}

type CellFunction = (exports: unknown, require: unknown, guard: () => number, live: Scope["live"]) => unknown;

const identity: ValueMapping = { onRead: (value) => value, onWrite: (value) => value };

function compile({ code, awaits }: ConvertedCell, label: string): CellFunction {
  const head = `${awaits ? "async " : ""}function (exports, require, ${GUARD}, ${LIVE})`;
  return new Script(`(${head} { "use strict";\n${code?.js ?? ""}\n})`, {
    filename: label,
    lineOffset: -1,
  }).runInThisContext() as CellFunction;
}

/** Returns a copy of a library entry in which the export `from` is replaced by `to`. */
function withExport(entry: Record<string, unknown>, from: unknown, to: unknown): Record<string, unknown> {
  const copy = Object.create(null) as Record<string, unknown>;
  for (const name of Object.keys(entry)) copy[name] = entry[name] === from ? to : entry[name];
  return copy;
}

/** Returns the `require` of an answer: only the library is allowed. */
function answerRequire(
  all: (id: string) => unknown,
  entries: ReadonlySet<string>,
  refuse: (what: string) => void,
) {
  return (id: unknown): unknown => {
    if (typeof id === "string" && entries.has(id)) return all(id);
    refuse(`the import of "${String(id)}"`);
    throw new Error(`an answer cannot import "${String(id)}"; import from ${[...entries].join(", ")}`);
  };
}

/** What a cell runs with. */
interface Surroundings {
  readonly scope: Scope;
  readonly require: unknown;
  readonly attest?: AttestingCheck;
}

/**
 * Creates a runner without variables.
 *
 * @param folder relative imports are resolved against it.
 * @param print shows a line in the output of the running cell.
 * @param refuse receives what an answer asks for and does not get.
 */
export function createCellRunner(
  folder: string,
  sources: Sources,
  print: (line: string) => void,
  refuse: (what: string) => void = () => undefined,
): CellRunner {
  const converter = createConverter();
  const variables = createVariables();
  const { require: all, update } = createCellRequire(folder, sources);
  const load = createRequire(join(folder, "cell.js"));
  const entries = libraryEntries(load);
  const forAnswers = answerRequire(all, entries, refuse);
  let declarations = "";

  /** The `check` of the library, and `own` in its place. */
  const replacingCheck = (own: unknown): { mapping: ValueMapping; require: (id: string) => unknown } => {
    const { check } = load("latent") as Readonly<Record<string, unknown>>;
    return {
      mapping: {
        onRead: (value) => (value === check ? own : value),
        onWrite: (value) => (value === own ? check : value),
      },
      require: (id) =>
        entries.has(id) ? withExport(load(id) as Record<string, unknown>, check, own) : (all(id) as unknown),
    };
  };

  const surroundings = (role: CellRequest["role"]): Surroundings => {
    if (role === "given") return { scope: variables.scope(false, identity), require: all };
    if (role === "answer") return { scope: variables.scope(true, identity), require: forAnswers };
    const { mapping, require } = replacingCheck(() => undefined);
    return { scope: variables.scope(false, mapping), require };
  };

  const execute = async (
    body: CellFunction,
    { awaits, resultName }: ConvertedCell,
    { scope, require, attest }: Surroundings,
  ): Promise<CellResult> => {
    const { exports, live, finish } = scope;
    try {
      const returned = body(exports, require, () => 0, live);
      if (awaits) await returned;
      const pending = attest?.pending() ?? 0;
      const checks = attest ? [...attest.outcomes] : [];
      if (pending > 0)
        throw new Error(
          `the cell ended before ${countOf(pending, "call")} of check finished; use await check(…)`,
        );
      const value = resultName === undefined ? undefined : exports[resultName];
      if (resultName !== undefined) variables.forget(resultName);
      const isShown = value !== undefined && value !== null;
      const result = !isShown ? {} : { result: typeof value === "string" ? value : inspect(value) };
      return { end: { status: "ok" }, checks, ...result };
    } catch (thrown) {
      const checks = attest ? [...attest.outcomes] : [];
      return { end: { status: "error", ...describeThrown(thrown, sources) }, checks };
    } finally {
      finish();
    }
  };

  /** Checks and converts a cell after the cells so far. */
  const convert = (source: string, label: string): ConvertedCell | CellResult => {
    const converted = convertCell(converter, declarations, source, { live: true });
    if (converted.diagnostics.length > 0) {
      const failure = typeScriptFailure(converted.diagnostics, label, source);
      return { end: { status: "error", ...failure }, checks: [] };
    }
    update(converted.imports);
    sources.add(label, { toSource: converted.code?.toSource ?? (() => undefined), source });
    return converted;
  };

  const run: CellRunner["run"] = async ({ role, source, label }) => {
    const converted = convert(source, label);
    if ("end" in converted) return converted;
    declarations = converted.declarations;
    return execute(compile(converted, label), converted, surroundings(role));
  };

  const runCheck: CellRunner["runCheck"] = async ({ source, visible, label }, replaced) => {
    const withoutHidden = visible === undefined ? undefined : convert(visible, label);
    const full = convert(source, label);
    const shown = withoutHidden ?? full;
    if ("end" in full) return { result: full };
    if ("end" in shown) return { result: shown };
    const prepare = (cell: ConvertedCell): PreparedCheck => {
      const body = compile(cell, label);
      const run: PreparedCheck["run"] = async (before, replaced) => {
        const attest = createAttestingCheck(print);
        const { mapping, require } = replacingCheck(attest.check);
        const after = variables.snapshot();
        variables.restore(before);
        try {
          return await execute(body, cell, { scope: variables.overlay(replaced, mapping), require, attest });
        } finally {
          variables.restore(after);
        }
      };
      return { run, awaits: cell.awaits };
    };
    const prepared = { full: prepare(full), visible: prepare(shown) };
    const before = variables.snapshot();
    declarations = full.declarations;
    // What the cell declares is for later cells; the check itself runs on a copy of the variables.
    await execute(compile(full, label), full, surroundings("declarations"));
    const result = await prepared.full.run(before, replaced);
    return { result, prepared };
  };
  return { run, runCheck, variables };
}
