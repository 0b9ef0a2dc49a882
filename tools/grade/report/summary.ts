import { countSubmissions, type ClassStatistics, type ExerciseStatistics } from "./class-statistics";

const BAR_WIDTH = 40;

/** Formats a part of a whole in percent. */
export function percentage(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}

/** Returns one line with the number of submissions and the mean. */
export function overview({ submissions, unmarked, graded, mean, maxScore }: ClassStatistics): string {
  const left = unmarked === 0 ? "" : `, ${unmarked} with answers to be marked`;
  const points = graded === 0 ? "" : `; mean ${mean.toFixed(2)} of ${maxScore} points`;
  return `${countSubmissions(submissions)}, ${graded} graded${left}${points}.`;
}

function bar(count: number, most: number): string {
  return "█".repeat(Math.ceil((BAR_WIDTH * count) / Math.max(most, 1)));
}

function histogram(tenths: readonly number[]): string[] {
  const most = Math.max(...tenths);
  return tenths.map((count, i) => {
    const [from, to] = [i, i + 1].map((edge) => String((100 * edge) / tenths.length).padStart(3));
    return `${from ?? ""}–${to ?? ""} % | ${bar(count, most)} ${count}`;
  });
}

/** Returns a text as Markdown shows it: on one line, without links, HTML and other marks. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|~&]/g, (mark) => `\\${mark}`);
}

function row({ name, points, mean, full, open }: ExerciseStatistics, graded: number): string {
  const [all, none] = [percentage(full, graded), percentage(open, graded)];
  return `| ${plain(name)} | ${points} | ${mean.toFixed(2)} | ${all} | ${none} |`;
}

/** Returns a summary of the class in Markdown: scores, each exercise, and results that need attention. */
export function toSummary(assignment: string, statistics: ClassStatistics): string {
  const { graded, tenths, exercises, attention } = statistics;
  return [
    `# ${plain(assignment)}`,
    "",
    overview(statistics),
    "",
    "```",
    "score     | submissions",
    ...histogram(tenths),
    "```",
    "",
    "| exercise | points | mean | all points | not answered |",
    "| --- | --- | --- | --- | --- |",
    ...exercises.map((exercise) => row(exercise, graded)),
    "",
    ...(attention.length === 0
      ? []
      : [
          "## Needs attention",
          "",
          ...attention.map(({ student, reason }) => `- ${plain(student)}: ${plain(reason)}`),
          "",
        ]),
  ].join("\n");
}
