import type { Renderer } from "../../notebook/named-figures";
import { escapeHtml } from "../../common/escape-html";
import { exerciseOutcomes, scoreHistogram } from "./class-figures";
import type { Result } from "../marking/result";
import { submissionsIn, type ClassStatistics, type ExerciseStatistics } from "./class-statistics";
import { share } from "./summary";

const STYLE =
  "body{font:16px/1.5 'DejaVu Sans',Verdana,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#262626}" +
  "table{border-collapse:collapse}th,td{border-bottom:1px solid #ddd;padding:.2rem .8rem;text-align:left;overflow-wrap:anywhere}" +
  "figure{margin:1.5rem 0}svg{max-width:100%;height:auto}h2{margin-top:2.5rem}";

function cell(text: string): string {
  return `<td>${escapeHtml(text)}</td>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return (
    `<table><thead><tr>${head.map((words) => `<th>${escapeHtml(words)}</th>`).join("")}</tr></thead>` +
    `<tbody>${rows.map((row) => `<tr>${row.join("")}</tr>`).join("\n")}</tbody></table>`
  );
}

function checkRows({ name, checks }: ExerciseStatistics, graded: number): string[][] {
  return checks.map((check) => [cell(name), cell(check.name), cell(share(check.passed, graded))]);
}

function studentRow({ student, status, score, maxScore }: Result): string[] {
  const link = `<a href="${escapeHtml(encodeURIComponent(student))}/feedback.html">${escapeHtml(student)}</a>`;
  const points = status === "machinery failed" ? "not known" : `${score.toFixed(2)} of ${maxScore}`;
  return [`<td>${link}</td>`, cell(points), cell(status)];
}

function attentionPart({ attention }: ClassStatistics): string {
  return attention.length === 0
    ? ""
    : "<h2>Needs attention</h2>" +
        table(
          ["student", "what happened"],
          attention.map(({ student, words }) => [cell(student), cell(words)]),
        );
}

/**
 * The class as a page that needs nothing beside it: the distribution of scores and the success in each exercise as figures,
 * each check, what needs somebody's attention, and every student with a link to the feedback.
 *
 * It is the instructor's: it names the hidden tests.
 *
 * @param renderSvg draws a figure.
 */
export async function toSummaryPage(
  assignment: string,
  statistics: ClassStatistics,
  results: readonly Result[],
  renderSvg: Renderer["renderSvg"],
): Promise<string> {
  const { submissions, graded, mean, maxScore, exercises } = statistics;
  const specs = graded === 0 ? [] : [scoreHistogram(statistics), exerciseOutcomes(statistics)];
  const figures: string[] = [];
  for (const spec of specs) figures.push(`<figure>${await renderSvg(spec)}</figure>`);
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(assignment)}: the class</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(assignment)}</h1>`,
    `<p>${submissionsIn(submissions)}, ${graded} graded; mean ${mean.toFixed(2)} of ${maxScore} points.</p>`,
    ...figures,
    attentionPart(statistics),
    "<h2>Checks</h2>",
    table(
      ["exercise", "check", "passed by"],
      exercises.flatMap((exercise) => checkRows(exercise, graded)),
    ),
    "<h2>Students</h2>",
    table(["student", "points", "status"], results.map(studentRow)),
    "</body></html>\n",
  ].join("\n");
}
