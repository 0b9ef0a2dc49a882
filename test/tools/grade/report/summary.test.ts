import { describe, expect, test } from "vitest";
import { renderSvg as render } from "latent/notebook";
import * as plot from "latent/plot";
import type { FigureSpec } from "latent/plot";
import { exerciseOutcomes, scoreHistogram } from "../../../../tools/grade/report/class-figures";
import type { Result } from "../../../../tools/grade/marking/result";
import type { ScoredExercise } from "../../../../tools/grade/marking/score";
import { statisticsOf } from "../../../../tools/grade/report/class-statistics";
import { toSummary } from "../../../../tools/grade/report/summary";
import { toSummaryPage } from "../../../../tools/grade/report/summary-page";

function exercise(name: string, score: number, state: ScoredExercise["state"] = "answered"): ScoredExercise {
  return {
    name,
    points: 2,
    score,
    state,
    checks: [
      { name: "one", passed: score > 0, hidden: false },
      { name: "<two>", passed: score === 2, hidden: true },
    ],
  };
}
function result(student: string, exercises: readonly ScoredExercise[], other: Partial<Result> = {}): Result {
  return {
    student,
    folder: student,
    assignment: "tiny",
    key: "",
    status: "graded",
    ...(exercises.length > 0 ? { score: exercises.reduce((sum, { score }) => sum + score, 0) } : {}),
    maxScore: 4,
    exercises,
    seconds: 1,
    peakMemory: 0,
    kernels: 1,
    ...other,
  };
}

const results = [
  result("ann", [exercise("a", 2), exercise("b", 2)]),
  result("bob", [exercise("a", 2), exercise("b", 1)], { note: "it was released as version 1" }),
  result("cem", [exercise("a", 0), exercise("b", 0, "untouched")]),
  result("dee", [exercise("a", 0, "missing"), exercise("b", 1)]),
  result("eve", [], { status: "unreadable", problem: "is not a notebook" }),
  result("fay", [], { status: "grading failed", problem: "<script>\nno kernel" }),
];
const statistics = statisticsOf(results);

function renderSvg(spec: unknown) {
  return render(spec as FigureSpec);
}

const drawing = { renderSvg, loadPlot: () => Promise.resolve(plot) };

describe("statisticsOf", () => {
  test("averages only graded submissions", () => {
    expect(statistics).toMatchObject({ submissions: 6, graded: 4, mean: 2, maxScore: 4 });
    expect(statistics.tenths).toEqual([1, 0, 1, 0, 0, 0, 0, 1, 0, 1]); // 0, 1/4, 3/4 and 4/4
  });

  test("counts all, some and no points and missing answers, which sum to the graded submissions", () => {
    expect(statistics.exercises).toMatchObject([
      { name: "a", mean: 1, full: 2, some: 0, none: 1, open: 1 },
      { name: "b", mean: 1, full: 1, some: 2, none: 0, open: 1 },
    ]);
    expect(statistics.exercises[1]?.checks).toEqual([
      { name: "one", passed: 3 },
      { name: "<two>", passed: 1 },
    ]);
  });

  test("lists results that need attention, one line each", () => {
    expect(statistics.attention).toEqual([
      { student: "bob", reason: "graded. it was released as version 1" },
      { student: "eve", reason: "unreadable. is not a notebook" },
      { student: "fay", reason: "grading failed. <script> no kernel" },
    ]);
  });

  test("handles a class without graded submissions", async () => {
    const none = statisticsOf(results.slice(4));
    expect(none).toMatchObject({ graded: 0, mean: 0, exercises: [] });
    expect(toSummary("tiny", none)).toContain("2 submissions, 0 graded");
    expect(await toSummaryPage("tiny", none, results.slice(4), drawing)).not.toContain("<svg");
  });
});

describe("the figures of a class", () => {
  test("contain every graded submission in the histogram and in each exercise's bar", () => {
    const [{ data, encoding }] = scoreHistogram(statistics, plot)["layer"] as [
      { data: { values: { count: number }[] }; encoding: { y: { axis: { values: number[] } } } },
    ];
    expect(encoding.y.axis.values).toEqual([0, 1]);
    expect(data.values.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    const parts = exerciseOutcomes(statistics, plot)["data"] as {
      values: { exercise: string; outcome: string; from: number; to: number }[];
    };
    const ends = parts.values.map(({ exercise: name, outcome, from, to }) => [name, outcome, from, to]);
    expect(ends).toEqual([
      ["a", "all points", 0, 0.5],
      ["a", "answered, no points", 0.5, 0.75],
      ["a", "not answered", 0.75, 1],
      ["b", "all points", 0, 0.25],
      ["b", "some points", 0.25, 0.75],
      ["b", "not answered", 0.75, 1],
    ]);
  });
});

describe("toSummaryPage", () => {
  test("embeds both figures, loads nothing from elsewhere, and escapes all text", async () => {
    const page = await toSummaryPage("tiny", statistics, results, drawing);
    expect(page.match(/<svg /g)).toHaveLength(2);
    for (const text of [
      "Distribution of scores",
      "score (% of the points)",
      "Results by exercise",
      "not answered",
    ])
      expect(page).toContain(text);
    expect(page).not.toMatch(/<script|(?:src|href)="(?:https?:)?\/\//);
    expect(page).toContain("&lt;script&gt; no kernel");
    expect(page).toContain("<td>b</td><td>&lt;two&gt;</td><td>25 %</td>");
    expect(page).toContain('<a href="../feedback/ann/feedback.html">ann</a></td><td>4.00 of 4</td>');
    expect(page).toContain("fay</a></td><td>– of 4</td>");

    const second = results.map((result) => ({ ...result, attempt: 2 }));
    expect(await toSummaryPage("tiny", statistics, second, drawing)).toContain(
      '<a href="../attempt-2/feedback/ann/feedback.html">ann</a>',
    );
  });
});
