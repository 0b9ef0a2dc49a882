import { checkIntervals, ends, withNotes, type Interval, type IntervalOptions } from "./intervals";
import { distinct, short, show } from "./numbers";
import { seriesChannels } from "./series";
import { settledRange, type SettledRange } from "./settled-range";
import { head, type FigureSpec, type Layer, type Unit } from "./theme";
import { checkFinite, checkNotEmpty } from "./validate";

/** The bound and its two terms at one step of training, each the mean over images, in nats. */
export interface ElboRow extends Interval {
  readonly step: number;
  readonly split: "train" | "test";
  /** reconstruction − kl, in nats; `lower` and `upper` are the ends of its interval. */
  readonly elbo: number;
  /** E_q[log p(x|z)], in nats. */
  readonly reconstruction: number;
  /** KL(q(z|x) ‖ p(z)), in nats. */
  readonly kl: number;
}

/**
 * The ELBO during training, for training and test images, beside its two terms: log p(x|z) − KL(q(z|x) ‖ p(z)).
 * Where the first steps would press the rest into a line, they are cut off, and the figure says so.
 *
 * @param rows in any order; both splits or one.
 * @throws when there is no row, a number is not finite, or an interval is given but not explained.
 */
export function elboCurve(rows: readonly ElboRow[], options: IntervalOptions = {}): FigureSpec {
  checkNotEmpty("elboCurve", "rows", rows);
  checkFinite("elboCurve", "rows", rows, ["step", "elbo", "reconstruction", "kl", "lower", "upper"]);
  const banded = checkIntervals("elboCurve", "rows", rows, options);
  const elbo = rangeOf(rows, "elbo");
  const reconstruction = rangeOf(rows, "reconstruction");
  const kl = rangeOf(rows, "kl");
  const point = distinct(rows.map((row) => row.step)).length < 4 ? true : "transparent"; // one step is no line yet
  const cut = Math.max(elbo.cutBefore, reconstruction.cutBefore, kl.cutBefore);
  return {
    ...head(withNotes(options, "Band", ...cutNote(cut)), describe(rows)),
    data: { values: rows.map(compact) },
    spacing: columnGap,
    hconcat: [
      panel("elbo", "ELBO (nats)", elbo, {
        width: 330,
        height: 2 * small.height + rowGap,
        point,
        foot: true,
        banded,
      }),
      {
        spacing: rowGap,
        vconcat: [
          panel("reconstruction", "E[log p(x|z)] (nats)", reconstruction, { ...small, point, foot: false }),
          panel("kl", "KL(q ‖ p) (nats)", kl, { ...small, point, foot: true }),
        ],
      },
    ],
  };
}

const columnGap = 30;
const rowGap = 16;
const small = { width: 250, height: 120 };

type Term = "elbo" | "reconstruction" | "kl";

const rangeOf = (rows: readonly ElboRow[], term: Term): SettledRange =>
  settledRange(
    rows.map(({ step, lower, upper, [term]: value }) => ({
      step,
      values: term === "elbo" && lower !== undefined && upper !== undefined ? [value, lower, upper] : [value],
    })),
  );

interface Frame {
  readonly width: number;
  readonly height: number;
  /** Whether each row is marked; transparent ones are there for the mouse. */
  readonly point: true | "transparent";
  /** Whether the steps are written below it. */
  readonly foot: boolean;
  readonly banded?: boolean;
}

const { color, strokeDash } = seriesChannels(["train", "test"]);

function panel(term: Term, title: string, { domain }: SettledRange, frame: Frame): Layer {
  const { width, height, point, foot, banded = false } = frame;
  const steps = {
    title: foot ? "training step" : null,
    labels: foot,
    ticks: foot,
    grid: false,
    tickCount: 5,
  };
  return {
    width,
    height,
    encoding: { x: { field: "step", type: "quantitative", axis: steps }, color },
    layer: [
      ...(banded ? [band] : []),
      {
        mark: { type: "line", clip: true, point },
        encoding: {
          y: {
            field: term,
            type: "quantitative",
            title,
            scale: { domain, zero: false },
            axis: { tickCount: height > 200 ? 6 : 4 },
          },
          strokeDash,
          tooltip: tooltips,
        },
      },
    ],
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

const compact = (row: ElboRow) => ({
  step: row.step,
  series: row.split,
  elbo: short(row.elbo),
  reconstruction: short(row.reconstruction),
  kl: short(row.kl),
  ...ends(row),
});

const cutNote = (cut: number): string[] =>
  cut > 0 ? [`Steps before ${show(cut, 0)} are outside of the panels.`] : [];

function describe(rows: readonly ElboRow[]): string {
  const ends = distinct(rows.map((row) => row.split)).map((split) => {
    const last = rows.filter((row) => row.split === split).reduce((a, b) => (b.step > a.step ? b : a));
    const terms = `reconstruction ${show(last.reconstruction)}, KL ${show(last.kl)}`;
    return `${split} ${show(last.elbo)} nats at step ${show(last.step, 0)} (${terms})`;
  });
  return `ELBO during training: ${ends.join("; ")}`;
}
