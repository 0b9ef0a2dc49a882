import { describe, expect, test } from "vitest";
import { compareFigures } from "../../../../tools/check/figure/compare-figures";
import { exact, parseTolerance } from "../../../../tools/check/compare/tolerance";

interface Row {
  readonly [field: string]: unknown;
}

function curve(series: string, values: readonly number[]): Row[] {
  return values.map((loss, i) => ({ series, step: 10 * i, loss }));
}

const x = { field: "step", type: "quantitative" };
const y = { field: "loss", type: "quantitative", scale: { domain: [0, 9], zero: false } };

function chart(values: readonly Row[], more: Row = {}) {
  return {
    title: { text: "Loss", color: "black" },
    description: `${values.length} values`,
    data: { values },
    layer: [{ mark: { type: "line", strokeWidth: 2 }, encoding: { x, y, color: { field: "series" } } }],
    width: 400,
    ...more,
  };
}

const two = [...curve("train", [4, 2, 1, 0.5]), ...curve("test", [5, 3, 2, 2])];
const within = parseTolerance("0.02");

test("ignores the style of a figure", () => {
  const look = { width: 200, config: { font: "serif" }, background: "grey", title: { text: "Loss" } };
  const plain = {
    mark: "line",
    encoding: { x: { ...x, axis: { grid: false } }, y, color: { field: "series" } },
  };
  expect(compareFigures(chart(two), chart(two, { ...look, layer: [plain] }), exact)).toEqual([]);
  const window = { ...y, scale: { domain: [1, 8] } };
  const moved = { mark: "line", encoding: { x, y: window, color: { field: "series" } } };
  expect(compareFigures(chart(two), chart(two, { layer: [moved] }), exact)).toEqual([]);
});

test("ignores the order of series, but not their names", () => {
  const ordered = (...domain: string[]) => {
    const color = { field: "series", scale: { domain }, sort: domain };
    return chart(two, { layer: [{ mark: "line", encoding: { x, y, color } }] });
  };
  expect(compareFigures(ordered("train", "test"), ordered("test", "train"), exact)).toEqual([]);
  expect(compareFigures(ordered("train", "test"), ordered("train", "best"), within)).toHaveLength(2);
});

test.each([
  ["another mark", [{ mark: "area", encoding: { x, y, color: { field: "series" } } }], "layer[0].mark.type"],
  [
    "another field",
    [{ mark: "line", encoding: { x, y: { ...y, field: "kl" }, color: { field: "series" } } }],
    "layer[0].encoding.y.field",
  ],
  [
    "another scale",
    [{ mark: "line", encoding: { x, y: { ...y, scale: { type: "log" } }, color: { field: "series" } } }],
    "layer[0].encoding.y.scale.type",
  ],
  ["no colour", [{ mark: "line", encoding: { x, y } }], "layer[0].encoding.color.field"],
])("reports a change of %s", (_, layer, where) => {
  expect(compareFigures(chart(two), chart(two, { layer }), within).map((change) => change.where)).toEqual([
    where,
  ]);
});

test("reports another title, but allows its numbers to differ within the tolerance", () => {
  const titled = (text: string) => chart(two, { title: { text } });
  expect(compareFigures(titled("Loss 2.00"), titled("Loss 2.01"), within)).toEqual([]);
  expect(compareFigures(titled("Loss 2.00"), titled("Gain 2.00"), within)).toHaveLength(1);
});

describe("values", () => {
  const planted = two.map((row) =>
    row["series"] === "test" ? { ...row, loss: Number(row["loss"]) * 1.05 } : row,
  );

  test("a change of 5 % in one curve is reported with its series, field, row and size", () => {
    expect(compareFigures(chart(two), chart(planted), within)).toEqual([
      {
        where: 'series "test", field "loss", 4 of 4 values, largest at row 1 (step = 0)',
        expected: "5",
        got: "5.25",
        relative: expect.closeTo(0.05, 6) as number,
        allowed: "2 %",
      },
    ]);
    expect(compareFigures(chart(two), chart(planted), parseTolerance("0.06"))).toEqual([]);
  });

  test("the smallest change is reported without a tolerance", () => {
    const moved = [...two.slice(1), { ...two[0], loss: 4.000001 }];
    expect(compareFigures(chart(two), chart(moved), exact).length).toBeGreaterThan(0);
  });

  test("a relative tolerance refers to the root mean square of the series for values near zero", () => {
    const [a, b] = [
      [-10, 0.001, 10],
      [-10, 0.1, 10],
    ] as const;
    expect(compareFigures(chart(curve("a", a)), chart(curve("a", b)), within)).toEqual([]);
    expect(compareFigures(chart(curve("a", a)), chart(curve("a", [-10, 0.2, 10])), within)).toHaveLength(1);
  });

  test("standard errors are derived from the ends of a 95 % interval", () => {
    const point = (value: number) => chart([{ label: "z1", value, lower: 8.04, upper: 11.96 }]);
    const se = parseTolerance("3 standard errors"); // the standard error is 1
    expect(compareFigures(point(10), point(12.9), se)).toEqual([]);
    expect(compareFigures(point(10), point(13.1), se)).toHaveLength(1);
  });

  test("the order of fields is ignored", () => {
    const [row, turned] = [
      { panel: "z", series: "a", loss: 1 },
      { loss: 1, series: "a", panel: "z" },
    ];
    expect(compareFigures(chart([row]), chart([turned]), exact)).toEqual([]);
  });

  test("the order of series is ignored, but a missing, shorter or incomplete series is reported", () => {
    const [train, test] = [two.slice(0, 4), two.slice(4)];
    expect(compareFigures(chart(two), chart([...test, ...train]), exact)).toEqual([]);
    expect(compareFigures(chart(two), chart(train), within)).toEqual([
      { where: 'series "test", rows', expected: "4", got: "0" },
    ]);
    expect(compareFigures(chart(two), chart(two.slice(1)), within)[0]?.where).toBe('series "train", rows');
    const gone = two.map((row, i) => (i === 2 ? { ...row, loss: null } : row));
    expect(compareFigures(chart(two), chart(gone), within)).toMatchObject([
      { where: expect.stringContaining("row 3") as string, expected: "1", got: "null" },
    ]);
  });

  test("named data sets and tables of single layers are compared", () => {
    const named = (value: number) => ({
      data: { name: "d" },
      datasets: { d: [{ v: value }] },
      mark: "point",
    });
    expect(compareFigures(named(1), named(2), exact)).toHaveLength(1);
    const layered = (value: number) => ({ layer: [{ data: { values: [{ v: value }] }, mark: "point" }] });
    expect(compareFigures(layered(1), layered(2), exact)).toMatchObject([
      { where: 'layer[0]: field "v", 1 of 1 values, largest at row 1' },
    ]);
    expect(compareFigures(layered(1), { layer: [{ mark: "point" }] }, exact)).toMatchObject([
      { where: "layer[0].data", expected: "1 row", got: "nothing" },
    ]);
  });
});
