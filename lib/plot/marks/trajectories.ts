import { roundPoints } from "../numeric/numbers";
import { xyChannels } from "./axis";
import type { PlanePoint } from "./plane-panels";
import type { Unit } from "./theme";

const COLOR = "#d55e00";

/** Returns paths with a white outline, a ring at each start and a disc at each end. */
export function trajectoryMarks(paths: readonly (readonly PlanePoint[])[]): Unit[] {
  const round = roundPoints(paths.flat());
  const values = paths.flatMap((path, i) =>
    path.map(({ x, y }, step) => ({ path: `${i + 1}`, step, ...round(x, y) })),
  );
  const detail = { field: "path", type: "nominal" } as const;
  const order = { field: "step", type: "quantitative" } as const;
  const line = (color: string, strokeWidth: number): Unit => ({
    data: { values },
    mark: { type: "line", color, strokeWidth, clip: true, tooltip: null },
    encoding: { ...xyChannels, detail, order },
  });
  const endpoints = (index: 0 | -1, fill: string): Unit => ({
    data: {
      values: paths.map((path, i) => {
        const { x = NaN, y = NaN } = path.at(index) ?? {};
        return { path: `${i + 1}`, ...round(x, y) };
      }),
    },
    mark: {
      type: "point",
      shape: "circle",
      fill,
      stroke: COLOR,
      strokeWidth: 2,
      opacity: 1,
      size: 70,
      clip: true,
      tooltip: null,
    },
    encoding: { ...xyChannels, detail },
  });
  return [line("white", 4.5), line(COLOR, 2.2), endpoints(0, "white"), endpoints(-1, COLOR)];
}
