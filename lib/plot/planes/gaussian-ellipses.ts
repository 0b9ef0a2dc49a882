import { axisTitle, type Axis } from "../marks/axis";
import { distinct, extent, short } from "../numeric/numbers";
import { seriesChannels } from "../marks/series";
import { head, seriesColors, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { checkAtMost, checkFiniteList, checkNotEmpty, reject } from "../numeric/validate";

/** Mean and covariance of a distribution over the plane. */
export interface PlaneGaussian {
  /** What it is, for example `p(z|x)`. */
  readonly series: string;
  readonly mean: readonly [number, number];
  /** Symmetric and positive definite. */
  readonly covariance: readonly [readonly [number, number], readonly [number, number]];
}

/** Axes and rings of {@link gaussianEllipses}. */
export interface GaussianEllipsesOptions extends Titles {
  readonly x: Axis;
  readonly y: Axis;
  /** Radii of the rings in standard deviations; 1 and 2 by default. */
  readonly rings?: readonly number[];
  /** Of the longer side in px, 340 by default; both axes have one scale. */
  readonly size?: number;
}

/**
 * Distributions over the plane by the ellipses on which each lies so many standard deviations from its mean, with its mean as a symbol.
 *
 * @throws when there is none, a number is not finite, a covariance is not symmetric and positive definite, or there are more than seven.
 */
export function gaussianEllipses(
  gaussians: readonly PlaneGaussian[],
  options: GaussianEllipsesOptions,
): FigureSpec {
  const { x, y, rings = [1, 2], size = 340 } = options;
  checkNotEmpty("gaussianEllipses", "gaussians", gaussians);
  checkNotEmpty("gaussianEllipses", "rings", rings);
  gaussians.forEach(checkGaussian);
  const names = distinct(gaussians.map(({ series }) => series));
  checkAtMost("gaussianEllipses", "the number of series", names.length, seriesColors.length);
  const values = gaussians.flatMap((one, i) => rings.flatMap((ring) => ellipse(one, ring, `${i} ${ring}`)));
  const domains = [extent(values.map((row) => row.x)), extent(values.map((row) => row.y))] as const;
  const spans = domains.map(([low, high]) => (high - low) * 1.1);
  const longest = Math.max(...spans);
  const { color, strokeDash } = seriesChannels(names, "by dash");
  const outline: Unit = {
    data: { values },
    mark: { type: "line", tooltip: null },
    encoding: {
      x: channelOf("x", x, domains[0]),
      y: channelOf("y", y, domains[1]),
      color,
      strokeDash,
      detail: { field: "ring", type: "nominal" },
      order: { field: "i", type: "quantitative" },
    },
  };
  const title = options.title === undefined ? "" : `${options.title}. `;
  return {
    ...head(withRings(options, rings), `${title}Ellipses of ${names.join(", ")}`),
    width: Math.round((size * (spans[0] ?? 1)) / longest),
    height: Math.round((size * (spans[1] ?? 1)) / longest),
    layer: [outline, centres(gaussians, color)],
  };
}

type Color = ReturnType<typeof seriesChannels>["color"];

const centres = (gaussians: readonly PlaneGaussian[], color: Color): Unit => ({
  data: { values: gaussians.map(({ series, mean: [x, y] }) => ({ series, x: short(x), y: short(y) })) },
  mark: { type: "point", shape: "cross", filled: true, opacity: 1, size: 50, tooltip: null },
  encoding: {
    x: { field: "x", type: "quantitative" },
    y: { field: "y", type: "quantitative" },
    color,
  },
});

/** The domain with a margin, so that no ring touches the frame. */
const channelOf = (field: string, axis: Axis, [low, high]: readonly [number, number]) => ({
  field,
  type: "quantitative" as const,
  title: axisTitle(axis),
  scale: {
    domain: [short(low - 0.05 * (high - low)), short(high + 0.05 * (high - low))],
    nice: false,
    zero: false,
  },
  axis: { tickCount: 6 },
});

/** μ + r L u for u around the unit circle, with Σ = L Lᵀ. */
function ellipse({ series, mean, covariance }: PlaneGaussian, radius: number, ring: string) {
  const [[a, b], [, d]] = covariance;
  const [l11, l21] = [Math.sqrt(a), b / Math.sqrt(a)];
  const l22 = Math.sqrt(d - l21 * l21);
  return Array.from({ length: 73 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 72;
    const [u, v] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return { series, ring, i, x: short(mean[0] + l11 * u), y: short(mean[1] + l21 * u + l22 * v) };
  });
}

function checkGaussian({ mean, covariance }: PlaneGaussian, i: number): void {
  checkFiniteList("gaussianEllipses", `gaussians[${i}].mean`, mean);
  checkFiniteList("gaussianEllipses", `gaussians[${i}].covariance`, covariance.flat());
  const [[a, b], [c, d]] = covariance;
  const symmetric = Math.abs(b - c) <= 1e-5 * Math.max(Math.abs(a), Math.abs(d));
  if (!symmetric || a <= 0 || a * d - b * c <= 0)
    reject(
      "gaussianEllipses",
      `gaussians[${i}].covariance`,
      "symmetric and positive definite",
      JSON.stringify(covariance),
      "is it a covariance, and not its Cholesky factor?",
    );
}

const withRings = ({ title, subtitle }: Titles, rings: readonly number[]): Titles => ({
  ...(title === undefined ? {} : { title }),
  subtitle: `${subtitle === undefined ? "" : `${subtitle}; `}rings at ${rings.join(" and ")} standard deviations`,
});
