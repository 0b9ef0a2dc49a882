import { expect, test } from "vitest";
import { type FigureSpec, responsibilityScatter, type ResponsiblePoint } from "latent/plot";

const axes = { x: { title: "x₁", unit: null }, y: { title: "x₂", unit: null } } as const;
function draw(points: readonly ResponsiblePoint[], names?: readonly string[]): FigureSpec {
  return responsibilityScatter([{ points }], names === undefined ? axes : { ...axes, names });
}
function rowsOf(spec: FigureSpec) {
  return (spec as unknown as { data: { values: readonly unknown[] } }).data.values;
}

test("a point has the name and the responsibility of its most responsible component", () => {
  const points = [
    { x: 1, y: 2, responsibilities: [0.2, 0.8] },
    { x: 3, y: 4, responsibilities: [0.7, 0.3] },
  ];
  expect(rowsOf(draw(points))).toEqual([
    { panel: "", x: 1, y: 2, component: "z = 2", responsibility: 0.8 },
    { panel: "", x: 3, y: 4, component: "z = 1", responsibility: 0.7 },
  ]);
  expect(rowsOf(draw(points, ["left", "right"]))[0]).toMatchObject({ component: "right" });
});

test("panels share their range", () => {
  const spec = responsibilityScatter(
    [
      { title: "a", points: [{ x: 0, y: 0, responsibilities: [1] }] },
      { title: "b", points: [{ x: 10, y: 20, responsibilities: [1] }] },
    ],
    axes,
  ) as unknown as { spec: { encoding: Record<string, { scale: { domain: unknown } }> } };
  expect(spec.spec.encoding["x"]?.scale.domain).toEqual([-0.5, 10.5]);
  expect(spec.spec.encoding["y"]?.scale.domain).toEqual([-1, 21]);
});

test.each([
  [
    () => draw([]),
    "responsibilityScatter: panels[0].points must not be empty, got []; " +
      "draw the figure once there are results",
  ],
  [
    () => draw([{ x: 0, y: Infinity, responsibilities: [1] }]),
    "responsibilityScatter: panels[0].points[0].y must be finite, got Infinity; " +
      "drop such rows, or find where the computation diverged",
  ],
  [
    () => draw([{ x: 0, y: 0, responsibilities: [0.5, 0.4] }]),
    "responsibilityScatter: panels[0].points[0].responsibilities must be >= 0 and sum to 1, got " +
      "0.5, 0.4; take the softmax of log p(z) + log p(x|z)",
  ],
  [
    () =>
      draw([
        { x: 0, y: 0, responsibilities: [1, 0] },
        { x: 0, y: 0, responsibilities: [1] },
      ]),
    "responsibilityScatter: panels[0].points[1].responsibilities must contain 2 numbers, " +
      "like those of the first point, got 1; " +
      "draw models with different numbers of components in separate figures",
  ],
  [
    () => draw([{ x: 0, y: 0, responsibilities: [1, 0, 0, 0, 0, 0, 0, 0] }]),
    "responsibilityScatter: the number of components must be at most 7, got 8; " +
      "there are no more distinct colours; draw several figures, or group them",
  ],
  [
    () => draw([{ x: 0, y: 0, responsibilities: [1] }], ["a", "b"]),
    "responsibilityScatter: options.names must contain 1 names, got 2; pass one per component",
  ],
])("throws for invalid panels %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
