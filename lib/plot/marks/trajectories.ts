import { short } from "../numeric/numbers";
import type { PlanePoint } from "./plane-panels";
import type { Unit } from "./theme";

const trailColor = "#d55e00";

/** Positions of lines over a plane whose axes another layer has. */
export const place = {
  x: { field: "x", type: "quantitative" },
  y: { field: "y", type: "quantitative" },
} as const;

/** Paths over a plane on a pale ground of their own, with a ring where each starts and a disc where it ends. */
export function trails(paths: readonly (readonly PlanePoint[])[]): Unit[] {
  const values = paths.flatMap((path, i) =>
    path.map(({ x, y }, step) => ({ path: `${i + 1}`, step, x: short(x), y: short(y) })),
  );
  const detail = { field: "path", type: "nominal" } as const;
  const order = { field: "step", type: "quantitative" } as const;
  const line = (color: string, strokeWidth: number): Unit => ({
    data: { values },
    mark: { type: "line", color, strokeWidth, clip: true, tooltip: null },
    encoding: { ...place, detail, order },
  });
  const ends = (at: 0 | -1, fill: string): Unit => ({
    data: {
      values: paths.map((path, i) => {
        const { x = NaN, y = NaN } = path.at(at) ?? {};
        return { path: `${i + 1}`, x: short(x), y: short(y) };
      }),
    },
    mark: {
      type: "point",
      shape: "circle",
      fill,
      stroke: trailColor,
      strokeWidth: 2,
      opacity: 1,
      size: 70,
      clip: true,
      tooltip: null,
    },
    encoding: { ...place, detail },
  });
  return [line("white", 4.5), line(trailColor, 2.2), ends(0, "white"), ends(-1, trailColor)];
}
