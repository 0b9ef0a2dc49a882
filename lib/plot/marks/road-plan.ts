import { roundDigits } from "../numeric/numbers";
import { unitCircle } from "../numeric/unit-circle";
import { INK, type Unit } from "./theme";

/** The road with its tree, seen from above; lengths in the unit of the paths. */
export interface RoadPlan {
  /** The road extends from x = 0 to this x. */
  readonly length: number;
  /** The kerbs are at y = ±halfWidth. */
  readonly halfWidth: number;
  /** x of the trunk's centre, which is at y = 0. */
  readonly tree: number;
  /** Radius of the trunk. */
  readonly treeRadius: number;
  /** Radius of the car, which is a disc. */
  readonly carRadius: number;
}

/** Returns the kerbs and the trunk, and dashed the border that the car's centre must not cross. */
export function roadMarks({ length, halfWidth, tree, treeRadius, carRadius }: RoadPlan): Unit[] {
  const limit = halfWidth - carRadius;
  const dashed: Unit["mark"] = {
    type: "line",
    color: INK.rule,
    strokeWidth: 1,
    strokeDash: [4, 4],
    tooltip: null,
  } as const;
  const order = { field: "i", type: "quantitative" } as const;
  const lengthwise = (y: number) => [0, length].map((x, i) => ({ i, x, y }));
  return [
    ...[halfWidth, -halfWidth].map((y): Unit => ({
      data: { values: lengthwise(y) },
      mark: { type: "line", color: INK.text, strokeWidth: 2.5, tooltip: null },
      encoding: { order },
    })),
    ...[limit, -limit].map((y): Unit => ({
      data: { values: lengthwise(y) },
      mark: dashed,
      encoding: { order },
    })),
    { data: { values: circle(tree, treeRadius + carRadius) }, mark: dashed, encoding: { order } },
    {
      data: { values: circle(tree, treeRadius) },
      mark: { type: "line", color: INK.muted, fill: INK.muted, fillOpacity: 0.45, tooltip: null },
      encoding: { order },
    },
  ];
}

function circle(x: number, radius: number) {
  return unitCircle(60).map(([cos, sin], i) => ({
    i,
    x: roundDigits(x + radius * cos),
    y: roundDigits(radius * sin),
  }));
}
