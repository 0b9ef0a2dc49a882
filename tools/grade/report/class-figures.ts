import { countSubmissions, type ClassStatistics } from "./class-statistics";
import type { PlotLibrary, Spec } from "./plot-library";

/** Returns a histogram of the scores, in tenths of the maximum score. */
export function scoreHistogram(
  { tenths, graded, mean, maxScore }: ClassStatistics,
  { figureBase, integerTicks, INK }: PlotLibrary,
): Spec {
  const counted = `${countSubmissions(graded)}, ${maxScore} points`;
  return {
    ...figureBase(
      {
        title: "Distribution of scores",
        subtitle: `${counted}; the dashed line is the mean, ${mean.toFixed(2)}`,
      },
      "A histogram of the class's scores.",
    ),
    width: 520,
    height: 220,
    layer: [
      {
        data: { values: tenths.map((count, i) => ({ from: 10 * i, to: 10 * (i + 1), count })) },
        mark: { type: "bar", color: "#0072b2", stroke: "white", binSpacing: 0 },
        encoding: {
          x: {
            field: "from",
            type: "quantitative",
            bin: { binned: true, step: 10 },
            title: "score (% of the points)",
            scale: { domain: [0, 100] },
            axis: { grid: false, values: Array.from({ length: 11 }, (_, i) => 10 * i) },
          },
          x2: { field: "to" },
          y: {
            field: "count",
            type: "quantitative",
            title: "submissions",
            axis: { values: integerTicks(0, Math.max(...tenths)), format: "d" },
          },
        },
      },
      {
        data: { values: [{ mean: (100 * mean) / Math.max(maxScore, Number.MIN_VALUE) }] },
        mark: { type: "rule", color: INK.text, strokeWidth: 2, strokeDash: [5, 4] },
        encoding: { x: { field: "mean", type: "quantitative" } },
      },
    ],
  };
}

/** Outcomes of an exercise, in the order of the bars. */
const OUTCOMES = [
  { key: "full", label: "all points", color: "#0072b2" },
  { key: "some", label: "some points", color: "#56b4e9" },
  { key: "none", label: "answered, no points", color: "#e69f00" },
  { key: "open", label: "not answered", color: "#bdbdbd" },
] as const;

/** Returns stacked bars of the outcomes of each exercise, as percentages of the submissions. */
export function exerciseOutcomes(
  { exercises, graded }: ClassStatistics,
  { figureBase, INK }: PlotLibrary,
): Spec {
  return {
    ...figureBase(
      {
        title: "Results by exercise",
        subtitle: `percentages of ${countSubmissions(graded)}; the numbers are counts`,
      },
      "Stacked bars: for each exercise the percentages with all, some and no points, and without an answer.",
    ),
    width: 520,
    height: { step: 34 },
    data: {
      values: exercises.flatMap((exercise) => {
        let from = 0;
        return OUTCOMES.flatMap(({ key, label }, order) => {
          const count = exercise[key];
          const to = from + count / Math.max(graded, 1);
          const part = {
            exercise: exercise.name,
            outcome: label,
            order,
            count,
            from,
            to,
            middle: (from + to) / 2,
          };
          from = to;
          return count === 0 ? [] : [part];
        });
      }),
    },
    encoding: {
      y: {
        field: "exercise",
        type: "nominal",
        title: null,
        sort: null,
        axis: { labelLimit: 260, labelPadding: 6, ticks: false },
      },
    },
    layer: [
      {
        mark: { type: "bar", stroke: "white" },
        encoding: {
          x: {
            field: "from",
            type: "quantitative",
            title: "submissions (%)",
            scale: { domain: [0, 1] },
            axis: { format: ".0%" },
          },
          x2: { field: "to" },
          color: {
            field: "outcome",
            type: "nominal",
            title: null,
            scale: { domain: OUTCOMES.map(({ label }) => label), range: OUTCOMES.map(({ color }) => color) },
          },
        },
      },
      {
        mark: { type: "text", fontSize: 12 },
        encoding: {
          x: { field: "middle", type: "quantitative" },
          text: { field: "count", type: "quantitative" },
          color: { condition: { test: "datum.order === 0", value: "white" }, value: INK.text },
        },
      },
    ],
  };
}
