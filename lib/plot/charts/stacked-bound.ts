import { axisTitle, type Axis } from "../marks/axis";
import { ruleLabel, ruleMark } from "../marks/reference-line";
import {
  figureBase,
  INK,
  SERIES_COLORS,
  withNotes,
  type FigureSpec,
  type Titles,
  type Unit,
} from "../marks/theme";
import { extent, formatNumber, roundDigits } from "../numeric/numbers";
import { checkFinite, checkNotEmpty, rejectArgument } from "../numeric/validate";

/** The two parts of log p(x) after some optimization steps, in nats. */
export interface BoundRow {
  /** Optimization step. */
  readonly step: number;
  /** E_q[log p(x, z)] + H(q), in nats. */
  readonly elbo: number;
  /** KL(q ‖ p(z|x)), in nats, at least 0. */
  readonly kl: number;
}

/** log p(x), axes and size of a {@link stackedBound}. */
export interface StackedBoundOptions extends Titles {
  /** log p(x) in nats, computed independently of the rows; ELBO + KL of every row must equal it. */
  readonly logProb: number;
  /** The largest |ELBO + KL − log p(x)| that is accepted as rounding, in nats; 1e-4 by default. */
  readonly tolerance?: number;
  /**
   * Where the vertical axis starts, in nats; by default slightly below the lowest ELBO. Lower values are cut
   * off.
   */
  readonly floor?: number;
  /** The horizontal axis; `optimization step` by default. */
  readonly x?: Axis;
  /** In px; 520 by default. */
  readonly width?: number;
  /** In px; 300 by default. */
  readonly height?: number;
}

const CALLER = "stackedBound";

/**
 * Draws log p(x) = ELBO + KL(q ‖ p(z|x)) while q is optimized (lecture, "The variational approximation"): an
 * area up to the ELBO and, on top of it, the area of the KL divergence, whose upper edge is log p(x) and
 * stays constant.
 *
 * ELBOs are usually negative, so the lower area starts at the floor of the axis and not at 0: only its edge
 * is meaningful, not its height, and the subtitle says so. The height of the upper area is proportional to
 * the divergence.
 *
 * @throws if there are no rows, a number is not finite, ELBO + KL is not log p(x), a KL divergence is
 *   negative, or the floor is not below log p(x).
 */
export function stackedBound(rows: readonly BoundRow[], options: StackedBoundOptions): FigureSpec {
  const { logProb, x = { title: "optimization step", unit: null }, width = 520, height = 300 } = options;
  checkNotEmpty(CALLER, "rows", rows);
  checkFinite(CALLER, "rows", rows, ["step", "elbo", "kl"]);
  checkFinite(CALLER, "options", [options], ["logProb", "floor"]);
  checkSums(rows, options);
  const floor = floorOf(rows, options);
  const top = logProb + 0.08 * (logProb - floor);
  const ceiling = { axis: "y", at: logProb, label: `log p(x) = ${formatNumber(logProb, 2)}` } as const;
  return {
    ...figureBase(
      withNotes(options, [`the axis begins at ${formatNumber(floor)} nats, not at 0`], "; "),
      `ELBO and KL(q ‖ p(z|x)) stacked up to log p(x) against ${axisTitle(x)}`,
    ),
    width,
    height,
    data: { values: rows.flatMap((row) => areaRows(row, Math.max(floor, row.elbo), floor)) },
    layer: [areaMark(x, [floor, top]), elboLine, ruleMark(ceiling, INK.text), ruleLabel(ceiling)],
  };
}

const PARTS = ["KL(q ‖ p(z|x))", "ELBO"] as const;

/** The lower and upper edges of both areas at one step. */
function areaRows({ step, elbo, kl }: BoundRow, boundary: number, floor: number) {
  const [klPart, elboPart] = PARTS;
  return [
    {
      step,
      part: klPart,
      from: roundDigits(boundary),
      to: roundDigits(elbo + kl),
      nats: roundDigits(kl),
    },
    {
      step,
      part: elboPart,
      from: roundDigits(floor),
      to: roundDigits(boundary),
      nats: roundDigits(elbo),
    },
  ];
}

function areaMark(x: Axis, domain: readonly [number, number]): Unit {
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
        scale: { domain: [...PARTS], range: [SERIES_COLORS[1], SERIES_COLORS[0]] },
        legend: { title: null, symbolType: "square", symbolOpacity: 0.55, symbolStrokeWidth: 0 },
      },
    },
  };
}

/** The boundary between the two areas. */
const elboLine: Unit = {
  transform: [{ filter: { field: "part", equal: PARTS[1] } }],
  mark: { type: "line", color: INK.text, strokeWidth: 1.6, clip: true, tooltip: null },
  encoding: {
    x: { field: "step", type: "quantitative" },
    y: { field: "to", type: "quantitative" },
  },
};

/** The given floor, or 8 % of the largest gap below the lowest ELBO; 1 nat below it if there is no gap. */
function floorOf(rows: readonly BoundRow[], { logProb, floor }: StackedBoundOptions): number {
  if (floor !== undefined && floor >= logProb)
    rejectArgument(
      CALLER,
      "floor",
      `be less than log p(x) = ${logProb}`,
      floor,
      "leave it out to fit the axis to the rows",
    );
  const [lowest] = extent(rows.map(({ elbo }) => elbo));
  const gap = logProb - lowest;
  return floor ?? lowest - (gap > 1e-6 ? 0.08 * gap : 1);
}

function checkSums(rows: readonly BoundRow[], { logProb, tolerance = 1e-4 }: StackedBoundOptions): void {
  rows.forEach(({ elbo, kl }, i) => {
    if (Math.abs(elbo + kl - logProb) > tolerance)
      rejectArgument(
        CALLER,
        `rows[${i}].elbo + rows[${i}].kl`,
        `equal log p(x) = ${logProb} within ${tolerance}`,
        elbo + kl,
        "compute both exactly and for the same q; draw noisy ELBOs with lineChart",
      );
    if (kl < -tolerance)
      rejectArgument(
        CALLER,
        `rows[${i}].kl`,
        "be >= 0",
        kl,
        "a KL divergence is never negative; are q and p swapped?",
      );
  });
}
