import { stripVTControlCharacters } from "node:util";
import { escapeHtml } from "../../common/escape-html";
import type { Notebook, Output } from "../../notebook/document";
import type { Assignment, AssignedCell } from "../assignment/assignment";
import type { Answer } from "../assignment/answers";
import type { Result } from "../marking/result";
import type { ScoredExercise } from "../marking/score";

/** Characters of printed text that are shown of one output. */
const LONGEST = 20_000;

function block(kind: string, text: string): string {
  return `<pre class="${kind}">${escapeHtml(stripVTControlCharacters(text).slice(0, LONGEST))}</pre>`;
}

const BASE64 = /^[A-Za-z0-9+/=\s]+$/;

/** An output as text or picture. Whatever a notebook calls HTML, SVG or script is never taken as such. */
function showOutput(output: Output): string {
  if (output.output_type === "stream") return block(output.name === "stderr" ? "stderr" : "out", output.text);
  if (output.output_type === "error") return block("stderr", `${output.ename}: ${output.evalue}`);
  const picture = output.data["image/png"];
  const text = output.data["text/plain"];
  const words = typeof text === "string" ? text : "";
  if (typeof picture === "string" && BASE64.test(picture))
    return `<img alt="${escapeHtml(words)}" src="data:image/png;base64,${picture.replace(/\s/g, "")}">`;
  return words === "" ? "" : block("out", words);
}

/** @param isAfterHidden whether hidden tests have called the student's code before, which may repeat what it was asked. */
function showExercise(
  { name, points, score, state, checks, failure, note }: ScoredExercise,
  isAfterHidden: boolean,
): string {
  const items = checks.map(({ name: title, passed, problem, hint, hidden }) => {
    const words = hidden ? "a check that is not shown" : title;
    const more =
      passed || hidden
        ? ""
        : [isAfterHidden ? undefined : problem, hint === undefined ? undefined : `hint: ${hint}`]
            .filter(Boolean)
            .join("; ");
    return `<li class="${passed ? "pass" : "fail"}">${passed ? "✓" : "✗"} ${escapeHtml(words)}${more === "" ? "" : `: ${escapeHtml(more)}`}</li>`;
  });
  const isSecret = isAfterHidden || checks.some(({ hidden }) => hidden);
  const reason = failure === undefined || isSecret ? "" : block("stderr", failure);
  const said =
    state === "answered"
      ? ""
      : `<p>This exercise was ${state === "lost" ? "not found in the notebook" : "left open"}.</p>`;
  const remark = note === undefined ? "" : `<p>${escapeHtml(note)}</p>`;
  return `<h3>${escapeHtml(name)}: ${score.toFixed(2)} of ${points}</h3>${said}${remark}<ul>${items.join("")}</ul>${reason}`;
}

function hasHiddenTests({ visible, cell }: AssignedCell): boolean {
  return visible !== undefined && visible !== cell.source;
}

/**
 * A cell as the student may see it. Of a cell with hidden tests that is what was handed out; neither it nor a later cell
 * shows what it put out, for code that hidden tests have called could print what they asked.
 */
function showCell(
  assigned: AssignedCell,
  outputs: readonly Output[],
  answers: ReadonlyMap<string, Answer>,
  isSecret: boolean,
): string {
  const { cell, role, exercise = "", visible } = assigned;
  if (cell.cell_type !== "code") return `<div class="text">${escapeHtml(cell.source)}</div>`;
  const source = role === "answer" ? (answers.get(exercise)?.source ?? "") : (visible ?? cell.source);
  return block("code", source) + (isSecret ? "" : outputs.map(showOutput).join(""));
}

const STYLE =
  "body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;padding:.5rem;" +
  "overflow-wrap:anywhere}.code{background:#f3f3f3}.stderr{background:#fff1e5}.text{white-space:pre-wrap}img{max-width:100%}" +
  ".pass{color:#00507a}.fail{color:#a33b00}";

/** A page for the student that needs nothing beside it: the points, the checks, and the notebook with its figures. */
export function toFeedback(
  result: Result,
  assignment: Assignment,
  executed: Notebook | undefined,
  answers: ReadonlyMap<string, Answer>,
): string {
  const { student, score, maxScore, problem, note, exercises } = result;
  const firstHidden = assignment.cells.findIndex(hasHiddenTests);
  const isSecretFrom = firstHidden < 0 ? Infinity : firstHidden;
  const hiding = exercises.findIndex(({ checks }) => checks.some(({ hidden }) => hidden));
  const isAfter = (index: number): boolean => hiding >= 0 && index > hiding;
  const cells = executed
    ? assignment.cells.map((cell, i) =>
        showCell(cell, executed.cells[i]?.outputs ?? [], answers, i >= isSecretFrom),
      )
    : [];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(assignment.name)}: ${escapeHtml(student)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(assignment.name)}</h1><p>${escapeHtml(student)}: ${score.toFixed(2)} of ${maxScore} points</p>`,
    problem === undefined ? "" : block("stderr", problem),
    note === undefined ? "" : `<p>${escapeHtml(note)}</p>`,
    ...exercises.map((exercise, i) => showExercise(exercise, isAfter(i))),
    cells.length === 0 ? "" : "<h2>Your notebook</h2>",
    ...cells,
    "</body></html>\n",
  ].join("\n");
}
