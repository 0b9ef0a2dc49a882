import type { Renderer } from "../../notebook/named-figures";
import { escapeHtml } from "../../common/escape-html";
import { exerciseOutcomes, scoreHistogram } from "./class-figures";
import { showPoints, type Result } from "../marking/result";
import type { ClassStatistics, ExerciseStatistics } from "./class-statistics";
import type { PlotLibrary } from "./plot-library";
import { overview, percentage } from "./summary";

const STYLE =
  "body{font:16px/1.5 'DejaVu Sans',Verdana,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;" +
  "color:#262626}table{border-collapse:collapse}" +
  "th,td{border-bottom:1px solid #ddd;padding:.2rem .8rem;text-align:left;overflow-wrap:anywhere}" +
  "th{white-space:nowrap}" +
  "figure{margin:1.5rem 0}svg{max-width:100%;height:auto}h2{margin-top:2.5rem}";

/** How the page's figures are drawn; both functions load the library only when a figure is drawn. */
export interface Drawing {
  readonly renderSvg: Renderer["renderSvg"];
  readonly loadPlot: () => Promise<PlotLibrary>;
}

function cell(text: string): string {
  return `<td>${escapeHtml(text)}</td>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return (
    `<table><thead><tr>${head.map((title) => `<th>${escapeHtml(title)}</th>`).join("")}</tr></thead>` +
    `<tbody>${rows.map((row) => `<tr>${row.join("")}</tr>`).join("\n")}</tbody></table>`
  );
}

function checkRows({ name, checks }: ExerciseStatistics, graded: number): string[][] {
  return checks.map((check) => [cell(name), cell(check.name), cell(percentage(check.passed, graded))]);
}

function studentRow(result: Result): string[] {
  const { student, folder, attempt, status } = result;
  const place = attempt === undefined ? "" : `attempt-${attempt}/`;
  const path = `../${place}feedback/${encodeURIComponent(folder)}/feedback.html`;
  const link = `<a href="${escapeHtml(path)}">${escapeHtml(student)}</a>`;
  return [
    status === "not submitted" ? cell(student) : `<td>${link}</td>`,
    cell(showPoints(result)),
    cell(status),
  ];
}

function attentionPart({ attention }: ClassStatistics): string {
  return attention.length === 0
    ? ""
    : "<h2>Needs attention</h2>" +
        table(
          ["student", "reason"],
          attention.map(({ student, reason }) => [cell(student), cell(reason)]),
        );
}

/**
 * Returns a self-contained page about the class: figures of the scores and of each exercise, results that
 * need attention, pass rates of the checks, and every student with a link to the feedback.
 *
 * It is for the instructor only, because it names the hidden tests.
 */
export async function toSummaryPage(
  assignment: string,
  statistics: ClassStatistics,
  results: readonly Result[],
  { renderSvg, loadPlot }: Drawing,
): Promise<string> {
  const { graded, exercises } = statistics;
  const figures: string[] = [];
  if (graded > 0) {
    const plot = await loadPlot();
    for (const spec of [scoreHistogram(statistics, plot), exerciseOutcomes(statistics, plot)])
      figures.push(`<figure>${await renderSvg(spec)}</figure>`);
  }
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(assignment)}: the class</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(assignment)}</h1>`,
    `<p>${overview(statistics)}</p>`,
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
