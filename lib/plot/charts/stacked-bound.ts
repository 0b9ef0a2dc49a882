import { axisTitle, type Axis } from "../marks/axis";
import { extent, short, show } from "../numeric/numbers";
import { head, ink, seriesColors, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkFinite, checkNotEmpty, reject } from "../numeric/validate";

/** The two parts of log p(x) after some steps of an optimiser, in nats. */
export interface BoundRow {
  readonly step: number;
  /** E_q[log p(x, z)] + H(q). */
  readonly elbo: number;
  /** KL(q ‖ p(z|x)), at least 0. */
  readonly kl: number;
}

/** What a {@link stackedBound} needs beside its rows. */
export interface StackedBoundOptions extends Titles {
  /** log p(x) in nats, computed independently of the rows: the sum that each of them must have. */
  readonly logProb: number;
  /** The largest |ELBO + KL − log p(x)| that passes for rounding, in nats; 1e-4 by default. */
  readonly tolerance?: number;
  /** Where the vertical axis begins, in nats; a little under the lowest ELBO by default. What is lower is cut off. */
  readonly floor?: number;
  /** The horizontal axis; the optimiser's steps by default. */
  readonly x?: Axis;
  /** In px, 520 by default. */
  readonly width?: number;
  /** In px, 300 by default. */
  readonly height?: number;
}

/**
 * log p(x) = ELBO + KL(q ‖ p(z|x)) while q is optimised (lecture, "The variational approximation"): the area up to the ELBO, and on it the
 * area of the divergence, whose upper edge is log p(x) and does not move.
 *
 * As ELBOs are negative as a rule, the lower area stands on the floor of the axis and not on 0: its edge says something, its height does not,
 * which the subtitle tells. The upper area is in true proportion.
 *
 * @throws when there is no row, a number is not finite, ELBO + KL is not log p(x), or the floor is not below log p(x).
 */
export function stackedBound(rows: readonly BoundRow[], options: StackedBoundOptions): FigureSpec {
  const { logProb, x = { title: "optimisation step", unit: null }, width = 520, height = 300 } = options;
  checkNotEmpty("stackedBound", "rows", rows);
  checkFinite("stackedBound", "rows", rows, ["step", "elbo", "kl"]);
  checkFinite("stackedBound", "options", [options], ["logProb", "floor"]);
  checkSums(rows, options);
  const floor = floorOf(rows, options);
  const top = logProb + 0.08 * (logProb - floor);
  const values = rows.flatMap((row) => areas(row, Math.max(floor, row.elbo), floor));
  return {
    ...head(
      withFloor(options, floor),
      `ELBO and KL(q ‖ p(z|x)) stacked up to log p(x) against ${axisTitle(x)}`,
    ),
    width,
    height,
    data: { values },
    layer: [area(x, [floor, top]), edge(), ceiling(logProb), ceilingLabel(logProb)],
  };
}

const parts = ["KL(q ‖ p(z|x))", "ELBO"] as const;

/** Both areas of one step, each from its lower to its upper edge. */
const areas = ({ step, elbo, kl }: BoundRow, bottom: number, floor: number) => [
  { step, part: parts[0], from: short(bottom), to: short(elbo + kl), nats: short(kl) },
  { step, part: parts[1], from: short(floor), to: short(bottom), nats: short(elbo) },
];

function area(x: Axis, domain: readonly [number, number]): Unit {
  return {
    mark: { type: "area", opacity: 0.55, clip: true, tooltip: true },
    encoding: {
      x: { field: "step", type: "quantitative", title: axisTitle(x), axis: { grid: false, tickCount: 8 } },
      y: {
        field: "from",
        type: "quantitative",
        title: "nats",
        scale: { domain: [...domain], zero: false, nice: false },
        axis: { tickCount: 6 },
      },
      y2: { field: "to" },
      color: {
        field: "part",
        type: "nominal",
        scale: { domain: [...parts], range: [seriesColors[1], seriesColors[0]] },
        legend: { title: null, symbolType: "square", symbolOpacity: 0.55, symbolStrokeWidth: 0 },
      },
    },
  };
}

/** The line between the areas: the ELBO. */
const edge = (): Unit => ({
  transform: [{ filter: { field: "part", equal: parts[1] } }],
  mark: { type: "line", color: ink.text, strokeWidth: 1.6, clip: true, tooltip: null },
  encoding: {
    x: { field: "step", type: "quantitative" },
    y: { field: "to", type: "quantitative" },
  },
});

const ceiling = (logProb: number): Unit => ({
  data: { values: [{ at: short(logProb) }] },
  mark: { type: "rule", color: ink.text, strokeDash: [5, 4], strokeWidth: 1.4, tooltip: null },
  encoding: { y: { field: "at", type: "quantitative" } },
});

const ceilingLabel = (logProb: number): Unit => ({
  data: { values: [{ at: short(logProb), text: `log p(x) = ${show(logProb, 2)}` }] },
  mark: { type: "text", align: "left", dx: 6, tooltip: null },
  encoding: {
    x: { value: "width" },
    y: { field: "at", type: "quantitative" },
    text: { field: "text", type: "nominal" },
  },
});

/** The floor that is asked for, or 8 % of the largest gap under the lowest ELBO; 1 nat where there is no gap. */
function floorOf(rows: readonly BoundRow[], { logProb, floor }: StackedBoundOptions): number {
  if (floor !== undefined && floor >= logProb)
    reject(
      "stackedBound",
      "floor",
      `below log p(x) = ${logProb}`,
      floor,
      "leave it out for one that fits the rows",
    );
  const [lowest] = extent(rows.map(({ elbo }) => elbo));
  const gap = logProb - lowest;
  return floor ?? lowest - (gap > 1e-6 ? 0.08 * gap : 1);
}

function checkSums(rows: readonly BoundRow[], { logProb, tolerance = 1e-4 }: StackedBoundOptions): void {
  rows.forEach(({ elbo, kl }, i) => {
    if (Math.abs(elbo + kl - logProb) > tolerance)
      reject(
        "stackedBound",
        `rows[${i}].elbo + rows[${i}].kl`,
        `log p(x) = ${logProb} within ${tolerance}`,
        elbo + kl,
        "compute both for one q, exactly; a noisy ELBO belongs into a lineChart",
      );
    if (kl < -tolerance)
      reject(
        "stackedBound",
        `rows[${i}].kl`,
        ">= 0",
        kl,
        "a divergence is never negative; exchange q and p?",
      );
  });
}

/** The subtitle with the word on the floor that an area which does not begin at 0 owes its reader. */
const withFloor = ({ title, subtitle }: StackedBoundOptions, floor: number): Titles => ({
  ...(title === undefined ? {} : { title }),
  subtitle: `${subtitle === undefined ? "" : `${subtitle}; `}the axis begins at ${show(floor)} nats, not at 0`,
});
