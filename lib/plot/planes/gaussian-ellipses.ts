import { fixedChannel, xyChannels, type Axis } from "../marks/axis";
import { seriesChannels } from "../marks/series";
import {
  figureBase,
  SERIES_COLORS,
  withNotes,
  withTitle,
  type FigureSpec,
  type Titles,
  type Unit,
} from "../marks/theme";
import { distinct, extent, roundPoints } from "../numeric/numbers";
import { unitCircle } from "../numeric/unit-circle";
import { checkAtMost, checkFiniteList, checkNotEmpty, rejectArgument } from "../numeric/validate";

/** A normal distribution over the plane. */
export interface PlaneGaussian {
  /** Its name, for example `p(z|x)`. */
  readonly series: string;
  /** μ, the centre of the ellipse. */
  readonly mean: readonly [number, number];
  /** Symmetric and positive definite. */
  readonly covariance: readonly [readonly [number, number], readonly [number, number]];
}

/** Axes and ellipses of {@link gaussianEllipses}. */
export interface GaussianEllipsesOptions extends Titles {
  /** Title and scale of the horizontal axis. */
  readonly x: Axis;
  /** Title and scale of the vertical axis. */
  readonly y: Axis;
  /** Radii of the ellipses in standard deviations; 1 and 2 by default. */
  readonly rings?: readonly number[];
  /** The longer side of the plot in px, 340 by default; the scales of both axes are equal. */
  readonly size?: number;
}

const CALLER = "gaussianEllipses";

/**
 * Draws normal distributions over the plane as ellipses, the points at a Mahalanobis distance of 1, 2, … from
 * the mean, with a cross at each mean.
 *
 * @throws if there are no distributions, a number is not finite, a covariance is not symmetric and positive
 *   definite, or there are more than seven series.
 */
export function gaussianEllipses(
  gaussians: readonly PlaneGaussian[],
  options: GaussianEllipsesOptions,
): FigureSpec {
  const { x, y, rings = [1, 2], size = 340 } = options;
  checkNotEmpty(CALLER, "gaussians", gaussians);
  checkNotEmpty(CALLER, "rings", rings);
  gaussians.forEach(checkGaussian);
  const names = distinct(gaussians.map(({ series }) => series));
  checkAtMost(CALLER, "the number of series", names.length, SERIES_COLORS.length);
  const points = gaussians.flatMap((one, i) => rings.flatMap((ring) => ellipse(one, ring, `${i} ${ring}`)));
  const round = roundPoints(points);
  const values = points.map((point) => ({ ...point, ...round(point.x, point.y) }));
  const domains = [extent(values.map((row) => row.x)), extent(values.map((row) => row.y))] as const;
  const spans = domains.map(([low, high]) => (high - low) * 1.1);
  const longest = Math.max(...spans);
  const { color, strokeDash } = seriesChannels(names);
  const outline: Unit = {
    data: { values },
    mark: { type: "line", tooltip: null },
    encoding: {
      x: paddedChannel("x", x, domains[0]),
      y: paddedChannel("y", y, domains[1]),
      color,
      strokeDash,
      detail: { field: "ring", type: "nominal" },
      order: { field: "i", type: "quantitative" },
    },
  };
  const ringNote = `rings at ${rings.join(" and ")} standard deviations`;
  const description = withTitle(options, `Ellipses of ${names.join(", ")}`);
  return {
    ...figureBase(withNotes(options, [ringNote], "; "), description),
    width: Math.round((size * (spans[0] ?? 1)) / longest),
    height: Math.round((size * (spans[1] ?? 1)) / longest),
    layer: [outline, meanMark(gaussians, color, round)],
  };
}

type Color = ReturnType<typeof seriesChannels>["color"];

function meanMark(
  gaussians: readonly PlaneGaussian[],
  color: Color,
  round: ReturnType<typeof roundPoints>,
): Unit {
  const values = gaussians.map(({ series, mean: [x, y] }) => ({ series, ...round(x, y) }));
  return {
    data: { values },
    mark: { type: "point", shape: "cross", filled: true, opacity: 1, size: 50, tooltip: null },
    encoding: { ...xyChannels, color },
  };
}

/** A channel whose domain has a margin of 5 % on both sides, so that no ellipse touches the border. */
function paddedChannel(field: "x" | "y", axis: Axis, [low, high]: readonly [number, number]) {
  const margin = 0.05 * (high - low);
  return fixedChannel(field, axis, [low - margin, high + margin], { tickCount: 6 });
}

/** The points μ + r L u for u on the unit circle, where Σ = L Lᵀ. */
function ellipse({ series, mean, covariance }: PlaneGaussian, radius: number, ring: string) {
  const [[a, b], [, d]] = covariance;
  const [l11, l21] = [Math.sqrt(a), b / Math.sqrt(a)];
  const l22 = Math.sqrt(d - l21 * l21);
  return unitCircle(72).map(([cos, sin], i) => {
    const [u, v] = [radius * cos, radius * sin];
    return {
      series,
      ring,
      i,
      x: mean[0] + l11 * u,
      y: mean[1] + l21 * u + l22 * v,
    };
  });
}

function checkGaussian({ mean, covariance }: PlaneGaussian, i: number): void {
  checkFiniteList(CALLER, `gaussians[${i}].mean`, mean);
  checkFiniteList(CALLER, `gaussians[${i}].covariance`, covariance.flat());
  const [[a, b], [c, d]] = covariance;
  const isSymmetric = Math.abs(b - c) <= 1e-5 * Math.max(Math.abs(a), Math.abs(d));
  if (!isSymmetric || a <= 0 || a * d - b * c <= 0)
    rejectArgument(
      CALLER,
      `gaussians[${i}].covariance`,
      "be symmetric and positive definite",
      JSON.stringify(covariance),
      "is it a Cholesky factor instead of a covariance?",
    );
}
