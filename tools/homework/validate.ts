import { stripVTControlCharacters } from "node:util";
import type { TimeLimits } from "../execution/time-limits";
import { formatFailure, type RunFailure } from "../execution/run-failure";
import type { Cell, Notebook } from "../notebook/document";
import type { Json } from "../notebook/json";
import { runNotebook } from "../execution/run-notebook";
import { integrityOf, type Integrity } from "./integrity";
import { readNbgrader } from "./metadata";

/** How one visible check came out. */
export interface ShownCheck {
  readonly exercise: string;
  readonly status: "passed" | "failed" | "not attempted";
  readonly message: string;
}

/** What a student is told before handing in. */
export interface Validation extends Integrity {
  readonly checks: readonly ShownCheck[];
  /** Errors of cells that are not checks. */
  readonly failures: readonly string[];
}

function isCheck(cell: Cell): boolean {
  return readNbgrader(cell.metadata)?.grade === true;
}

/** What the calls of `check` in a cell have displayed: status and text of each. */
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

/** A check has passed when its cell ran to its end and every call in it said so. */
function outcomeOf(cell: Cell, failure: RunFailure | undefined, reached: boolean): ShownCheck {
  const exercise = readNbgrader(cell.metadata)?.grade_id.replace(/-check$/, "") ?? cell.id;
  const shown = shownBy(cell);
  const message = shown.map(({ text }) => text).join("\n");
  if (!reached) return { exercise, status: "failed", message: "it was not reached" };
  if (failure) return { exercise, status: "failed", message: message === "" ? failure.message : message };
  if (shown.length === 0) return { exercise, status: "failed", message: "it said nothing" };
  if (shown.every(({ status }) => status === "passed")) return { exercise, status: "passed", message };
  const open = shown.every(({ status }) => status !== "failed");
  return { exercise, status: open ? "not attempted" : "failed", message };
}

/**
 * Runs a released notebook in a kernel of its own, past the cells that fail, and tells how it stands.
 *
 * @param notebook the student's.
 * @param path where it lies.
 * @throws when it was not released by `latent release`.
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
    environment: { LATENT_SMOKE: "", LATENT_STRICT: "" }, // an open exercise is told, it is no error
    continuesAfter: (failure, cell) => {
      failed.set(cell, failure);
      return true;
    },
  });
  const checks = notebook.cells.flatMap((cell, index) => {
    const ran = executed.cells[index];
    if (!ran || !isCheck(cell) || cell.source.trim() === "") return []; // an empty one is tested when it is graded
    return [outcomeOf(ran, failed.get(cell), ran.execution_count != null)];
  });
  const others = [...failed].flatMap(([cell, failure]) => (isCheck(cell) ? [] : [failure]));
  return {
    ...integrity,
    checks,
    failures: [...others, ...(last ? [last] : [])].map((failure) => formatFailure(path, failure)),
  };
}

/** Whether nothing is left to do before handing in. */
export function isWell({ checks, failures, ...integrity }: Validation): boolean {
  return (
    failures.length === 0 &&
    checks.every(({ status }) => status === "passed") &&
    Object.values(integrity).every((ids) => ids.length === 0)
  );
}

const SIGNS = { "passed": "✓", "failed": "✗", "not attempted": "○" } as const;

/** Errors follow from errors: the first says most. */
const SHOWN_FAILURES = 1;

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

/** The validation as text for a terminal. */
export function formatValidation(validation: Validation): string {
  const { checks, failures, changed, duplicated, lost, untouched } = validation;
  const told = (words: string, ids: readonly string[]): string[] =>
    ids.length === 0 ? [] : [`${words}: ${ids.join(", ")}`];
  return [
    ...checks.flatMap(({ exercise, status, message }) => [
      `${SIGNS[status]} ${exercise}: ${status}`,
      ...(status === "passed" ? [] : [indented(message)]),
    ]),
    ...failures.slice(0, SHOWN_FAILURES),
    ...(failures.length > SHOWN_FAILURES
      ? [`… and ${failures.length - SHOWN_FAILURES} cells behind it failed too; mend the first one first`]
      : []),
    ...told("untouched exercises", untouched),
    ...told("read-only cells that were changed (what was handed out counts)", changed),
    ...told("cells that are there more than once (remove the copies)", duplicated),
    ...told("cells that were lost (copy them back from what was handed out)", lost),
    isWell(validation) ? "All is well: it can be handed in." : "Something is left to do.",
  ].join("\n");
}
