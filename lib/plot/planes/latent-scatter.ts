import { outlinedText } from "../marks/outlined-text";
import { CLASS_COLORS, figureBase, INK, type FigureSpec, type Titles, type Unit } from "../marks/theme";
import { distinct, extent, median, roundDigits } from "../numeric/numbers";
import { unitCircle } from "../numeric/unit-circle";
import { checkAtMost, checkFinite, checkNotEmpty } from "../numeric/validate";

/** A point of the latent space with the class of its image. */
export interface LatentPoint {
  /** First latent coordinate. */
  readonly z1: number;
  /** Second latent coordinate. */
  readonly z2: number;
  /** The class of the image. */
  readonly label: string | number;
}

/** Axes, legend and prior of a {@link latentScatter}. */
export interface LatentScatterOptions extends Titles {
  /** What the labels are, for example `digit`; the title of the legend, `label` by default. */
  readonly labelTitle?: string;
  /** The titles of the axes; z₁ and z₂ by default. */
  readonly axes?: readonly [string, string];
  /** Whether the circles of the prior N(0, I) at 1σ and 2σ are drawn; true by default. */
  readonly prior?: boolean;
}

/**
 * Draws where an encoder maps images of known classes: each point is the mean of a q(z|x), coloured by class,
 * and the name of a class is written at the median of its points. A click in the legend highlights a class
 * (shift-click several).
 *
 * @throws if there are no points, a coordinate is not finite, or there are more than ten classes.
 */
export function latentScatter(
  points: readonly LatentPoint[],
  options: LatentScatterOptions = {},
): FigureSpec {
  const { labelTitle = "label", axes = ["z₁", "z₂"], prior = true } = options;
  checkNotEmpty("latentScatter", "points", points);
  checkFinite("latentScatter", "points", points, ["z1", "z2"]);
  const labels = distinct(points.map(({ label }) => String(label))).sort(compareNumerically);
  checkAtMost("latentScatter", "the number of classes", labels.length, CLASS_COLORS.length);
  const domain = squareDomain(points, prior ? 2.3 : 0);
  const scale = { domain, nice: false, zero: false };
  const [x, y] = axes;
  const rows = points.map(({ z1, z2, label }) => ({
    z1: roundDigits(z1),
    z2: roundDigits(z2),
    label: String(label),
  }));
  return {
    ...figureBase(
      options,
      `${points.length} points in the latent space, coloured by ${labelTitle}: ${labels.join(", ")}`,
    ),
    width: 430,
    height: 430,
    layer: [
      {
        data: { values: rows },
        params: [{ name: "chosen", select: { type: "point", fields: ["label"] }, bind: "legend" }],
        mark: { type: "circle", size: points.length > 3000 ? 8 : 16, tooltip: true },
        encoding: {
          x: { field: "z1", type: "quantitative", title: x, scale },
          y: { field: "z2", type: "quantitative", title: y, scale },
          color: {
            field: "label",
            type: "nominal",
            scale: { domain: labels, range: CLASS_COLORS.slice(0, labels.length) },
            legend: { title: labelTitle, orient: "right" },
          },
          opacity: { condition: { param: "chosen", value: 0.75 }, value: 0.06 },
        },
      },
      ...(prior ? [circleMark(1), circleMark(2), ...circleLabels(domain[1])] : []),
      ...classLabels(points, labels),
    ],
  };
}

const position = {
  x: { field: "z1", type: "quantitative" as const },
  y: { field: "z2", type: "quantitative" as const },
};

/** Orders class names as numbers where they are numbers. */
function compareNumerically(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** One range for both axes, symmetric around the prior's mean, so that circles are drawn as circles. */
function squareDomain(points: readonly LatentPoint[], atLeast: number): [number, number] {
  const [low, high] = extent(points.flatMap(({ z1, z2 }) => [z1, z2]));
  const bound = roundDigits(Math.max(-low, high, atLeast) * 1.05);
  return [-bound, bound];
}

/** The circles of radius 1 and 2 contain 39 % and 86 % of N(0, I). */
function circleMark(radius: number): Unit {
  const values = unitCircle(72).map(([cos, sin], i) => ({
    i,
    z1: roundDigits(radius * cos),
    z2: roundDigits(radius * sin),
  }));
  return {
    data: { values },
    mark: { type: "line", color: INK.text, strokeWidth: 1.3, strokeDash: [5, 4], tooltip: null },
    encoding: { ...position, order: { field: "i", type: "quantitative" } },
  };
}

/** A label on each circle; one label below both if they are small. */
function circleLabels(bound: number): Unit[] {
  if (bound < 6) {
    const values = [1, 2].map((radius) => ({ z1: 0, z2: -radius, text: `${radius}σ` }));
    return outlinedText({ values, position, size: 11 });
  }
  const values = [{ z1: 0, z2: -2, text: "prior: 1σ, 2σ" }];
  return outlinedText({ values, position, size: 11, baseline: "top", dy: 4 });
}

/** The name of each class at the median of its points. */
function classLabels(points: readonly LatentPoint[], labels: readonly string[]): Unit[] {
  const values = labels.map((label) => {
    const ofClass = points.filter((point) => String(point.label) === label);
    const medianOf = (field: "z1" | "z2"): number =>
      roundDigits(median(ofClass.map((point) => point[field])));
    return { z1: medianOf("z1"), z2: medianOf("z2"), text: label };
  });
  return outlinedText({ values, position, size: 16, bold: true });
}
