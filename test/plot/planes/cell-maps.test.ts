import { cellMaps, type CellMap } from "latent/plot";
import { expect, test } from "vitest";

const options = { width: 2, level: { title: "visits", unit: null } };
const maps: CellMap[] = [
  { title: "a", values: [0, 1, 2, 3], labels: ["", "G", "", "→"] },
  { title: "b", values: Float64Array.of(4, 5, 6, 7) },
];

test("every cell is a row of the data, the first row on top", () => {
  const { data } = cellMaps(maps, options) as unknown as { data: { values: unknown[] } };
  expect(data.values).toHaveLength(8);
  expect(data.values[3]).toEqual({ panel: "a", x: 1, y: 1, value: 3, text: "→" });
  expect(data.values[4]).toEqual({ panel: "b", x: 0, y: 0, value: 4, text: "" });
});

test("all panels share the scale of colours", () => {
  const domainOf = (spec: unknown) =>
    (spec as { spec: { layer: { encoding: { color: { scale: { domain: number[] } } } }[] } }).spec.layer[0]
      ?.encoding.color.scale.domain;
  expect(domainOf(cellMaps(maps, options))).toEqual([0, 7]);
  expect(domainOf(cellMaps(maps, { ...options, domain: [-1, 1] }))).toEqual([-1, 1]);
});

test.each([
  [[], "cellMaps: maps must not be empty, got []; draw the figure once there are results"],
  [[maps[0], maps[0]], "cellMaps: the titles of the panels must be distinct"],
  [
    [{ title: "a", values: [1, 2, 3] }],
    "cellMaps: maps[0].values must fill rows of 2, got 3 numbers; pad it",
  ],
  [
    [{ title: "a", values: [1, NaN] }],
    "cellMaps: maps[0].values[1] must be finite, got NaN; use 0 for walls",
  ],
  [
    [{ title: "a", values: [1, 2], labels: ["x"] }],
    'cellMaps: maps[0].labels must be one for each of the 2 cells, got 1; use "" for none',
  ],
])("throws for invalid maps %#", (bad, message) => {
  expect(() => cellMaps(bad as CellMap[], options)).toThrow(message);
});
