import { stripVTControlCharacters } from "node:util";
import { countOf } from "../common/count-of";
import type { TimeLimits } from "../execution/time-limits";
import { formatFailure, type RunFailure } from "../execution/run-failure";
import type { Cell, Notebook } from "../notebook/document";
import type { Json } from "../notebook/json";
import { runNotebook } from "../execution/run-notebook";
import { integrityOf, type Integrity } from "./integrity";
import { readNbgrader } from "./metadata";

/** The outcome of one visible check. */
export interface ShownCheck {
  readonly exercise: string;
  readonly status: "passed" | "failed" | "not attempted";
  readonly message: string;
}

/** The report for a student before submitting. */
export interface Validation extends Integrity {
  readonly checks: readonly ShownCheck[];
  /** Errors of cells that are not checks. */
  readonly failures: readonly string[];
}

function isCheck(cell: Cell): boolean {
  return readNbgrader(cell.metadata)?.grade === true;
}

/** Returns the status and text that each call of `check` in a cell displayed. */
function shownBy({ outputs = [] }: Cell): { status: unknown; text: string }[] {
  return outputs.flatMap((output) => {
    if (output.output_type !== "display_data") return [];
    const { check } = (output.metadata["latent"] ?? {}) as Json;
    if (typeof check !== "object" || check === null) return [];
    const text = output.data["text/plain"];
    return [
      {
        status: (check as Json)["status"],
        text: typeof text === "string" ? stripVTControlCharacters(text) : "",
      },
    ];
  });
}

/**
 * Returns the outcome of a checking cell: passed if the cell succeeded and every call of `check` in it
 * passed.
 */
function outcomeOf(cell: Cell, failure: RunFailure | undefined, reached: boolean): ShownCheck {
  const exercise = readNbgrader(cell.metadata)?.grade_id.replace(/-check$/, "") ?? cell.id;
  const shown = shownBy(cell);
  const message = shown.map(({ text }) => text).join("\n");
  if (!reached) return { exercise, status: "failed", message: "the cell was not run" };
  if (failure) return { exercise, status: "failed", message: message === "" ? failure.message : message };
  if (shown.length === 0) return { exercise, status: "failed", message: "the cell did not report a check" };
  if (shown.every(({ status }) => status === "passed")) return { exercise, status: "passed", message };
  const open = shown.every(({ status }) => status !== "failed");
  return { exercise, status: open ? "not attempted" : "failed", message };
}

/**
 * Runs a student's notebook in a separate kernel, continuing after errors, and reports what is left to do.
 *
 * @param path the path of the notebook.
 * @throws if the notebook was not released by `latent release`.
 */
export async function validate(
  notebook: Notebook,
  path: string,
  options: { readonly limits: TimeLimits; readonly signal?: AbortSignal },
): Promise<Validation> {
  const integrity = integrityOf(notebook, path);
  const failed = new Map<Cell, RunFailure>();
  const { notebook: executed, failure: last } = await runNotebook(notebook, path, {
    ...options,
    environment: { LATENT_SMOKE: "", LATENT_STRICT: "" }, // an unanswered exercise is not an error
    continuesAfter: (failure, cell) => {
      failed.set(cell, failure);
      return true;
    },
  });
  const checks = notebook.cells.flatMap((cell, index) => {
    const ran = executed.cells[index];
    if (!ran || !isCheck(cell)) return [];
    if (cell.source.trim() === "") return []; // all its tests are hidden: they run only during grading
    return [outcomeOf(ran, failed.get(cell), ran.execution_count != null)];
  });
  const others = [...failed].flatMap(([cell, failure]) => (isCheck(cell) ? [] : [failure]));
  return {
    ...integrity,
    checks,
    failures: [...others, ...(last ? [last] : [])].map((failure) => formatFailure(path, failure)),
  };
}

/** Whether nothing is left to do before submitting. */
export function isReadyToSubmit({ checks, failures, ...integrity }: Validation): boolean {
  return (
    failures.length === 0 &&
    checks.every(({ status }) => status === "passed") &&
    Object.values(integrity).every((ids) => ids.length === 0)
  );
}

const SIGNS = { "passed": "✓", "failed": "✗", "not attempted": "○" } as const;

/** The number of errors shown: later errors often follow from the first. */
const MAX_FAILURES = 1;

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

/** Formats a validation for a terminal. */
export function formatValidation(validation: Validation): string {
  const { checks, failures, changed, duplicated, missing, untouched } = validation;
  const listing = (title: string, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : [`${title}: ${ids.join(", ")}`];
  return [
    ...checks.flatMap(({ exercise, status, message }) => [
      `${SIGNS[status]} ${exercise}: ${status}`,
      ...(status === "passed" ? [] : [indented(message)]),
    ]),
    ...failures.slice(0, MAX_FAILURES),
    ...(failures.length > MAX_FAILURES
      ? [`… and ${countOf(failures.length - MAX_FAILURES, "later error")}; fix the first error first`]
      : []),
    ...listing("untouched exercises", untouched),
    ...listing("changed read-only cells (the original version is graded)", changed),
    ...listing("duplicated cells (remove the copies)", duplicated),
    ...listing("missing cells (copy them back from the original notebook)", missing),
    isReadyToSubmit(validation)
      ? "The notebook is ready to submit."
      : "The notebook is not ready to submit yet.",
  ].join("\n");
}
