import { seriesChannels } from "../marks/series";
import type { Layer, Unit } from "../marks/theme";

/** One of the three curves of an ELBO figure. */
export interface Panel {
  readonly field: "elbo" | "reconstruction" | "kl";
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly domain: readonly [low: number, high: number];
  /** The splits that there are, for the legend; each keeps its colour and dash. */
  readonly splits: readonly string[];
  /** Marks each row, while there are too few for a line. */
  readonly marked: boolean;
  /** Whether rows carry intervals around this curve. */
  readonly banded: boolean;
  /** Whether the steps are written below it. */
  readonly foot: boolean;
}

/** Part of a spec: one curve a split against the training step. */
export function elboPanel(panel: Panel): Layer {
  const { field, title, width, height, domain, marked, banded, foot } = panel;
  const { color, strokeDash } = channelsOf(panel.splits);
  return {
    width,
    height,
    encoding: { x: { field: "step", type: "quantitative", axis: stepAxis(foot) }, color },
    layer: [
      ...(banded ? [band] : []),
      {
        mark: { type: "line", clip: true, point: marked ? true : "transparent" }, // transparent: for the mouse
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

function channelsOf(splits: readonly string[]) {
  const { color, strokeDash } = seriesChannels(["train", "test"]);
  const legend = { ...color.legend, values: [...splits] };
  return { color: { ...color, legend }, strokeDash: { ...strokeDash, legend } };
}

const stepAxis = (written: boolean) => ({
  title: written ? "training step" : null,
  labels: written,
  ticks: written,
  grid: false,
  tickCount: 5,
});

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
