import { seriesChannels } from "../marks/series";
import type { Layer, Unit } from "../marks/theme";

/** One of the three panels of an ELBO figure. */
export interface ElboPanel {
  readonly field: "elbo" | "reconstruction" | "kl";
  /** The title of the y axis. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** The range of the y axis. */
  readonly domain: readonly [low: number, high: number];
  /** The splits in the legend; each keeps its colour and dash if the other is absent. */
  readonly splits: readonly string[];
  /** Whether each row is marked with a point, because there are too few for a line. */
  readonly showPoints: boolean;
  /** Whether the intervals of the rows are drawn as a band. */
  readonly showBand: boolean;
  /** Whether the x axis has labels and a title. */
  readonly showStepAxis: boolean;
}

/** Returns the part of a spec that draws one curve per split against the training step. */
export function elboPanel(panel: ElboPanel): Layer {
  const { field, title, width, height, domain, showPoints, showBand, showStepAxis } = panel;
  const { color, strokeDash } = splitChannels(panel.splits);
  return {
    width,
    height,
    encoding: { x: { field: "step", type: "quantitative", axis: stepAxis(showStepAxis) }, color },
    layer: [
      ...(showBand ? [band] : []),
      {
        // Transparent points show the tooltips.
        mark: { type: "line", clip: true, point: showPoints ? true : "transparent" },
        encoding: {
          y: {
            field,
            type: "quantitative",
            title,
            scale: { domain: [...domain], zero: false },
            axis: { tickCount: height > 200 ? 6 : 4 },
          },
          strokeDash,
          tooltip: tooltips,
        },
      },
    ],
  };
}

function splitChannels(splits: readonly string[]) {
  const { color, strokeDash } = seriesChannels(["train", "test"]);
  const legend = { ...color.legend, values: [...splits] };
  return { color: { ...color, legend }, strokeDash: { ...strokeDash, legend } };
}

function stepAxis(isLabelled: boolean) {
  return {
    title: isLabelled ? "training step" : null,
    labels: isLabelled,
    ticks: isLabelled,
    grid: false,
    tickCount: 5,
  };
}

const band: Unit = {
  mark: { type: "area", opacity: 0.18, clip: true, tooltip: null },
  encoding: { y: { field: "lower", type: "quantitative" }, y2: { field: "upper" } },
};

const tooltips = [
  { field: "series", type: "nominal" as const, title: "images" },
  { field: "step", type: "quantitative" as const, format: ",d" },
  ...["elbo", "reconstruction", "kl"].map((field) => ({
    field,
    type: "quantitative" as const,
    title: `${field} (nats)`,
    format: ".2f",
  })),
];
