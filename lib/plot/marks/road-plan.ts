import { short } from "../numeric/numbers";
import { ink, type Unit } from "./theme";

/** The road as seen from above; lengths are those of the paths. */
export interface RoadPlan {
  readonly length: number;
  readonly halfWidth: number;
  /** x of the tree's centre, which is at y = 0. */
  readonly tree: number;
  readonly treeRadius: number;
  readonly carRadius: number;
}

/** The kerbs, the trunk, and dashed what the car's centre must not enter. */
export function plan({ length, halfWidth, tree, treeRadius, carRadius }: RoadPlan): Unit[] {
  const limit = halfWidth - carRadius;
  const dashed: Unit["mark"] = {
    type: "line",
    color: ink.rule,
    strokeWidth: 1,
    strokeDash: [4, 4],
    tooltip: null,
  } as const;
  const order = { field: "i", type: "quantitative" } as const;
  const along = (y: number) => [0, length].map((x, i) => ({ i, x, y }));
  return [
    ...[halfWidth, -halfWidth].map((y): Unit => ({
      data: { values: along(y) },
      mark: { type: "line", color: ink.text, strokeWidth: 2.5, tooltip: null },
      encoding: { order },
    })),
    ...[limit, -limit].map((y): Unit => ({ data: { values: along(y) }, mark: dashed, encoding: { order } })),
    { data: { values: circle(tree, treeRadius + carRadius) }, mark: dashed, encoding: { order } },
    {
      data: { values: circle(tree, treeRadius) },
      mark: { type: "line", color: ink.muted, fill: ink.muted, fillOpacity: 0.45, tooltip: null },
      encoding: { order },
    },
  ];
}

function circle(x: number, radius: number) {
  const corners = 60;
  return Array.from({ length: corners + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners;
    return { i, x: short(x + radius * Math.cos(angle)), y: short(radius * Math.sin(angle)) };
  });
}
