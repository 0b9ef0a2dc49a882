import { stripVTControlCharacters } from "node:util";
import { escapeHtml } from "../../common/escape-html";
import type { Notebook, Output } from "../../notebook/document";
import type { Assignment, AssignedCell } from "../assignment/assignment";
import type { Answer } from "../assignment/match-cells";
import { countOf } from "../../common/count-of";
import { pointsOf, showPoints, type Result } from "../marking/result";
import { isUnmarked, type ScoredExercise } from "../marking/score";

/** The maximum number of characters shown of one output. */
const MAX_CHARACTERS = 20_000;

function block(kind: string, text: string): string {
  return `<pre class="${kind}">${escapeHtml(stripVTControlCharacters(text).slice(0, MAX_CHARACTERS))}</pre>`;
}

const BASE64 = /^[A-Za-z0-9+/=\s]+$/;

/** Formats an output as text or PNG picture; HTML, SVG and scripts in an output are never included. */
function showOutput(output: Output): string {
  if (output.output_type === "stream") return block(output.name === "stderr" ? "stderr" : "out", output.text);
  if (output.output_type === "error") return block("stderr", `${output.ename}: ${output.evalue}`);
  const picture = output.data["image/png"];
  const text = output.data["text/plain"];
  const plainText = typeof text === "string" ? text : "";
  if (typeof picture === "string" && BASE64.test(picture))
    return `<img alt="${escapeHtml(plainText)}" src="data:image/png;base64,${picture.replace(/\s/g, "")}">`;
  return plainText === "" ? "" : block("out", plainText);
}

/** Formats what a person says; empty if that is nothing. */
function showComment(comment: string | undefined): string {
  return comment === undefined ? "" : `<p class="comment">${escapeHtml(comment)}</p>`;
}

/** Formats the checks of an exercise; of hidden tests, only how many passed. */
function showExercise(exercise: ScoredExercise): string {
  const { name, points, score, state, checks, failure, isSecret, note, automatic, comment } = exercise;
  const items = checks.map(({ name: title, passed, feedback, hint, hidden }) => {
    const label = hidden ? "a hidden test" : title;
    const more =
      passed || hidden
        ? ""
        : [feedback, hint === undefined ? undefined : `hint: ${hint}`].filter(Boolean).join("; ");
    const [kind, sign] = passed ? ["pass", "✓"] : ["fail", "✗"];
    const details = more === "" ? "" : `: ${escapeHtml(more)}`;
    return `<li class="${kind}">${sign} ${escapeHtml(label)}${details}</li>`;
  });
  const reason =
    failure === undefined
      ? ""
      : block("stderr", isSecret === true ? "The hidden tests stopped with an error." : failure);
  const stateLine =
    state === "answered"
      ? ""
      : `<p>This exercise was ${state === "missing" ? "not found in the notebook" : "not answered"}.</p>`;
  const remark = note === undefined ? "" : `<p>${escapeHtml(note)}</p>`;
  const byChecks =
    automatic === undefined || checks.length === 0 ? "" : ` (by its checks ${automatic.toFixed(2)})`;
  const gained = isUnmarked(exercise) ? "to be marked, of" : `${score.toFixed(2)} of`;
  const title = `<h3>${escapeHtml(name)}: ${gained} ${points}${byChecks}</h3>`;
  const list = items.length === 0 ? "" : `<ul>${items.join("")}</ul>`;
  return `${title}${showComment(comment)}${stateLine}${remark}${list}${reason}`;
}

/** Formats a cell for the student, as it was released and run before any hidden test. */
function showCell(
  assigned: AssignedCell,
  outputs: readonly Output[],
  answers: ReadonlyMap<string, Answer>,
): string {
  const { cell, role, isWritten, exercise = "", visible = cell.source } = assigned;
  if (isWritten) return block("text", answers.get(exercise)?.source ?? visible);
  if (cell.cell_type !== "code") return `<div class="text">${escapeHtml(visible)}</div>`;
  const source = role === "answer" ? (answers.get(exercise)?.source ?? "") : visible;
  return block("code", source) + outputs.map(showOutput).join("");
}

/** Explains a deduction; empty if there is none. */
function showDeduction(result: Result): string {
  const points = pointsOf(result);
  const { daysLate = 0, due = "", submitted = "" } = result.lateness ?? {};
  if (daysLate === 0 || points === undefined) return "";
  const times = `due ${due}, handed in ${submitted}, ${countOf(daysLate, "day")} late`;
  return `<p>${escapeHtml(times)}: ${points.raw.toFixed(2)} − ${points.penalty.toFixed(2)} points</p>`;
}

const STYLE =
  "body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}" +
  "pre{white-space:pre-wrap;padding:.5rem;overflow-wrap:anywhere}.code{background:#f3f3f3}" +
  ".stderr{background:#fff1e5}.text{white-space:pre-wrap}img{max-width:100%}" +
  ".comment{white-space:pre-wrap;border-left:.25rem solid #0072b2;padding-left:.75rem}" +
  ".pass{color:#00507a}.fail{color:#a33b00}";

const CONTENT_SECURITY_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** Returns a self-contained page for the student: points, checks, and the notebook with its figures. */
export function toFeedback(
  result: Result,
  assignment: Assignment,
  executed: Notebook | undefined,
  answers: ReadonlyMap<string, Answer>,
): string {
  const { student, problem, note, comment, exercises } = result;
  const cells = executed
    ? assignment.cells.map((cell, i) => showCell(cell, executed.cells[i]?.outputs ?? [], answers))
    : [];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">`,
    `<title>${escapeHtml(assignment.name)}: ${escapeHtml(student)}</title>`,
    `<style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(assignment.name)}</h1>`,
    `<p>${escapeHtml(student)}: ${showPoints(result)} points</p>`,
    problem === undefined ? "" : block("stderr", problem),
    note === undefined ? "" : `<p>${escapeHtml(note)}</p>`,
    showDeduction(result),
    showComment(comment),
    ...exercises.map(showExercise),
    cells.length === 0 ? "" : "<h2>Your notebook</h2>",
    ...cells,
    "</body></html>\n",
  ].join("\n");
}
