import { axisTitle, type Axis } from "../marks/axis";
import { checkDistinctTitles, facetByPanel } from "../marks/facet";
import { figureBase, INK, withTitle, type FigureSpec, type Titles } from "../marks/theme";
import { extent, roundTogether } from "../numeric/numbers";
import { checkInteger, checkNotEmpty, rejectArgument } from "../numeric/validate";
import { HEIGHT_COLORS } from "../raster/height-map";

/** The values of the cells of a grid, for example how often each cell of a grid world is visited. */
export interface CellMap {
  /** Written above the panel. */
  readonly title: string;
  /** One number for each cell, row by row, the first row on top. */
  readonly values: ArrayLike<number>;
  /** Text in cells, such as an arrow for an action or `G` for the goal; "" for none. */
  readonly labels?: readonly string[];
}

/** Layout of {@link cellMaps}. */
export interface CellMapsOptions extends Titles {
  /** The number of cells in a row. */
  readonly width: number;
  /** What the values are; the title of the colour legend. */
  readonly level: Axis;
  /** The values of the lightest and of the darkest colour; by default the extremes over all panels. */
  readonly domain?: readonly [low: number, high: number];
  /** Panels per row; as many as there are by default. */
  readonly columns?: number;
  /** The side of a cell in px; 24 by default. */
  readonly cell?: number;
}

const CALLER = "cellMaps";

/**
 * Draws values of the cells of a grid by colour, one panel for each map, all with one scale.
 *
 * @throws if there are no maps, two have the same title, a map does not have full rows, a value is not
 *   finite, or labels are not one for each cell.
 */
export function cellMaps(maps: readonly CellMap[], options: CellMapsOptions): FigureSpec {
  const { width, level, columns = maps.length, cell = 24 } = options;
  checkNotEmpty(CALLER, "maps", maps);
  checkInteger(CALLER, "options.width", width, 1, "the number of columns of the grid");
  checkMaps(maps, width);
  const titles = maps.map(({ title }) => title);
  const all = maps.flatMap(({ values }) => Array.from(values));
  const domain = options.domain ?? extent(all);
  const round = roundTogether(all);
  const height = Math.max(...maps.map(({ values }) => values.length / width));
  const values = maps.flatMap(({ title, values: numbers, labels }) =>
    Array.from(numbers, (value, i) => ({
      panel: title,
      x: i % width,
      y: Math.floor(i / width),
      value: round(value),
      text: labels?.[i] ?? "",
    })),
  );
  const position = (field: "x" | "y") =>
    ({ field, type: "ordinal", axis: null, scale: { padding: 0 } }) as const;
  return {
    ...figureBase(options, withTitle(options, `${axisTitle(level)} of cells: ${titles.join(", ")}`)),
    data: { values },
    ...facetByPanel(
      titles,
      { columns, spacing: { row: 18, column: 18 }, header: { labelAnchor: "start" } },
      {
        width: cell * width,
        height: cell * height,
        encoding: { x: position("x"), y: position("y") },
        layer: [
          {
            mark: { type: "rect", stroke: INK.grid, strokeWidth: 0.5, tooltip: true },
            encoding: {
              color: {
                field: "value",
                type: "quantitative",
                scale: { domain: [...domain], range: [...HEIGHT_COLORS], clamp: true },
                legend: { title: axisTitle(level), orient: "right", gradientLength: 120 },
              },
            },
          },
          {
            mark: { type: "text", fontSize: Math.round(0.6 * cell), color: INK.text, tooltip: null },
            encoding: { text: { field: "text", type: "nominal" } },
          },
        ],
      },
    ),
  };
}

function checkMaps(maps: readonly CellMap[], width: number): void {
  checkDistinctTitles(
    CALLER,
    maps.map(({ title }) => title),
    "rename one of them",
  );
  maps.forEach(({ values, labels }, i) => {
    if (values.length === 0 || values.length % width !== 0)
      rejectArgument(
        CALLER,
        `maps[${i}].values`,
        `fill rows of ${width}`,
        `${values.length} numbers`,
        "pad it",
      );
    const bad = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      rejectArgument(
        CALLER,
        `maps[${i}].values[${bad}]`,
        "be finite",
        String(values[bad]),
        "use 0 for walls",
      );
    if (labels !== undefined && labels.length !== values.length)
      rejectArgument(
        CALLER,
        `maps[${i}].labels`,
        `be one for each of the ${values.length} cells`,
        `${labels.length}`,
        'use "" for none',
      );
  });
}
