import type { Result } from "./result";

const BINS = 10;
const WIDTH = 40;

const share = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
const bar = (count: number, most: number): string =>
  "█".repeat(Math.ceil((WIDTH * count) / Math.max(most, 1)));

const histogram = (graded: readonly Result[]): string[] => {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const { score, maxScore } of graded) {
    const bin = Math.min(BINS - 1, Math.floor((BINS * score) / Math.max(maxScore, Number.MIN_VALUE)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  return counts.map((count, i) => {
    const from = String((100 * i) / BINS).padStart(3);
    const to = String((100 * (i + 1)) / BINS).padStart(3);
    return `${from}–${to} % | ${bar(count, most)} ${count}`;
  });
};

const exerciseRows = (graded: readonly Result[]): string[] =>
  (graded[0]?.exercises ?? []).map(({ name, points }, i) => {
    const all = graded.flatMap((result) => result.exercises[i] ?? []);
    const full = all.filter((exercise) => exercise.score === exercise.points).length;
    const open = all.filter((exercise) => exercise.state !== "answered").length;
    const sum = all.reduce((total, exercise) => total + exercise.score, 0);
    const mean = (sum / Math.max(all.length, 1)).toFixed(2);
    return `| ${name} | ${points} | ${mean} | ${share(full, all.length)} | ${share(open, all.length)} |`;
  });

/** The class as a page of Markdown: the distribution of scores, each exercise, and what needs somebody's attention. */
export const toSummary = (assignment: string, results: readonly Result[]): string => {
  const graded = results.filter(({ exercises, status }) => status === "graded" && exercises.length > 0);
  const odd = results.filter(({ status, note }) => status !== "graded" || note !== undefined);
  const mean = graded.reduce((sum, { score }) => sum + score, 0) / Math.max(graded.length, 1);
  return [
    `# ${assignment}`,
    "",
    `${results.length} submissions, ${graded.length} graded; mean ${mean.toFixed(2)} of ${graded[0]?.maxScore ?? 0} points.`,
    "",
    "```",
    "share of the points | submissions",
    ...histogram(graded),
    "```",
    "",
    "| exercise | points | mean | solved | left open |",
    "| --- | --- | --- | --- | --- |",
    ...exerciseRows(graded),
    "",
    ...(odd.length === 0
      ? []
      : [
          "## Needs attention",
          "",
          ...odd.map(
            ({ student, status, problem, note = "" }) =>
              `- ${student}: ${status}. ${(problem ?? note).replaceAll("\n", " ")}`,
          ),
          "",
        ]),
  ].join("\n");
};
