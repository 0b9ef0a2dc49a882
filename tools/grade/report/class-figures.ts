import { submissionsIn, type ClassStatistics } from "./class-statistics";

/** A Vega-Lite 5 specification. */
export type Spec = Readonly<Record<string, unknown>>;

const INK = "#262626";
const FONT = "DejaVu Sans, Verdana, sans-serif";

function frame(title: string, subtitle: string, description: string): Spec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description,
    background: "white",
    padding: 10,
    title: {
      text: title,
      subtitle,
      anchor: "start",
      fontSize: 15,
      subtitleFontSize: 12,
      offset: 12,
      color: INK,
    },
    config: {
      font: FONT,
      view: { stroke: null },
      axis: {
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: "normal",
        labelColor: INK,
        titleColor: INK,
      },
      legend: { orient: "top", labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
    },
  };
}

const MOST_TICKS = 5;

/** Whole numbers from 0 to `most` or a little beyond: half a submission is none. */
function wholeTicks(most: number): number[] {
  const step = Math.ceil(Math.max(most, 1) / MOST_TICKS);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

/** How many submissions got which share of the points. */
export function scoreHistogram({ tenths, graded, mean, maxScore }: ClassStatistics): Spec {
  return {
    ...frame(
      "How the points are spread",
      `${submissionsIn(graded)}, ${maxScore} points in all; the dashed line is the mean, ${mean.toFixed(2)}`,
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
            title: "share of the points (%)",
            scale: { domain: [0, 100] },
            axis: { grid: false, values: Array.from({ length: 11 }, (_, i) => 10 * i) },
          },
          x2: { field: "to" },
          y: {
            field: "count",
            type: "quantitative",
            title: "submissions",
            axis: { values: wholeTicks(Math.max(...tenths)), format: "d" },
          },
        },
      },
      {
        data: { values: [{ mean: (100 * mean) / Math.max(maxScore, Number.MIN_VALUE) }] },
        mark: { type: "rule", color: INK, strokeWidth: 2, strokeDash: [5, 4] },
        encoding: { x: { field: "mean", type: "quantitative" } },
      },
    ],
  };
}

/** What a submission made of an exercise; the order of the bars and of their colours, dark to light. */
const OUTCOMES = [
  { key: "full", words: "all points", color: "#0072b2" },
  { key: "some", words: "some points", color: "#56b4e9" },
  { key: "none", words: "answered, no points", color: "#e69f00" },
  { key: "open", words: "left open", color: "#bdbdbd" },
] as const;

/** How the class did in each exercise, in shares of the submissions. */
export function exerciseOutcomes({ exercises, graded }: ClassStatistics): Spec {
  return {
    ...frame(
      "How each exercise went",
      `shares of ${submissionsIn(graded)}; the numbers count submissions`,
      "Stacked bars: for each exercise the shares with all points, with some, with none, and left open.",
    ),
    width: 520,
    height: { step: 34 },
    data: {
      values: exercises.flatMap((exercise) => {
        let from = 0;
        return OUTCOMES.flatMap(({ key, words }, order) => {
          const count = exercise[key];
          const to = from + count / Math.max(graded, 1);
          const part = {
            exercise: exercise.name,
            outcome: words,
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
            title: "share of the submissions",
            scale: { domain: [0, 1] },
            axis: { format: ".0%" },
          },
          x2: { field: "to" },
          color: {
            field: "outcome",
            type: "nominal",
            title: null,
            scale: { domain: OUTCOMES.map(({ words }) => words), range: OUTCOMES.map(({ color }) => color) },
          },
        },
      },
      {
        mark: { type: "text", fontSize: 12 },
        encoding: {
          x: { field: "middle", type: "quantitative" },
          text: { field: "count", type: "quantitative" },
          color: { condition: { test: "datum.order === 0", value: "white" }, value: INK },
        },
      },
    ],
  };
}
