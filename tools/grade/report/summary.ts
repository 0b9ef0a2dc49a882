import { submissionsIn, type ClassStatistics, type ExerciseStatistics } from "./class-statistics";

const WIDTH = 40;

/** A part of a whole in percent. */
export function share(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
}

function bar(count: number, most: number): string {
  return "█".repeat(Math.ceil((WIDTH * count) / Math.max(most, 1)));
}

function histogram(tenths: readonly number[]): string[] {
  const most = Math.max(...tenths);
  return tenths.map((count, i) => {
    const [from, to] = [i, i + 1].map((edge) => String((100 * edge) / tenths.length).padStart(3));
    return `${from ?? ""}–${to ?? ""} % | ${bar(count, most)} ${count}`;
  });
}

function row({ name, points, mean, full, open }: ExerciseStatistics, graded: number): string {
  return `| ${name} | ${points} | ${mean.toFixed(2)} | ${share(full, graded)} | ${share(open, graded)} |`;
}

/** The class as a page of Markdown: the distribution of scores, each exercise, and what needs somebody's attention. */
export function toSummary(assignment: string, statistics: ClassStatistics): string {
  const { submissions, graded, mean, maxScore, tenths, exercises, attention } = statistics;
  return [
    `# ${assignment}`,
    "",
    `${submissionsIn(submissions)}, ${graded} graded; mean ${mean.toFixed(2)} of ${maxScore} points.`,
    "",
    "```",
    "share of the points | submissions",
    ...histogram(tenths),
    "```",
    "",
    "| exercise | points | mean | solved | left open |",
    "| --- | --- | --- | --- | --- |",
    ...exercises.map((exercise) => row(exercise, graded)),
    "",
    ...(attention.length === 0
      ? []
      : ["## Needs attention", "", ...attention.map(({ student, words }) => `- ${student}: ${words}`), ""]),
  ].join("\n");
}
