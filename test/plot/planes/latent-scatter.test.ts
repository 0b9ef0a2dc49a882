import { expect, test } from "vitest";
import { type FigureSpec, type LatentPoint, latentScatter } from "latent/plot";

interface Drawn {
  readonly data: { readonly values: readonly Record<string, number | string>[] };
  readonly mark: { readonly type: string };
  readonly encoding: Record<string, { readonly scale?: { readonly domain: unknown } }>;
}

function layersOf(spec: FigureSpec): readonly Drawn[] {
  return (spec as unknown as { layer: readonly Drawn[] }).layer;
}

const points: LatentPoint[] = [
  { z1: 1, z2: 0, label: 10 },
  { z1: 3, z2: 1, label: 10 },
  { z1: 5, z2: 5, label: 10 },
  { z1: -1, z2: -2, label: 9 },
  { z1: -2, z2: -4, label: 9 },
];

test("labels each class at the median of its points", () => {
  const labels = layersOf(latentScatter(points)).at(-1);
  expect(labels?.data.values).toEqual([
    { z1: -1.5, z2: -3, text: "9" },
    { z1: 3, z2: 1, text: "10" },
  ]);
});

test("classes are in numerical order", () => {
  expect(layersOf(latentScatter(points))[0]?.encoding["color"]?.scale?.domain).toEqual(["9", "10"]);
});

test("both axes have one range, which contains all points and the prior's 2σ circle", () => {
  const domains = (spec: FigureSpec) =>
    ["x", "y"].map((axis) => layersOf(spec)[0]?.encoding[axis]?.scale?.domain);
  expect(domains(latentScatter(points))).toEqual([
    [-5.25, 5.25],
    [-5.25, 5.25],
  ]);
  expect(domains(latentScatter([{ z1: 0, z2: 0.1, label: "a" }]))[0]).toEqual([-2.415, 2.415]);
});

test("the prior's circles have radius 1 and 2, and are optional", () => {
  const circles = layersOf(latentScatter(points)).filter(({ mark }) => mark.type === "line");
  const radii = circles.map(({ data }) =>
    data.values.map(({ z1, z2 }) => Math.hypot(Number(z1), Number(z2))),
  );
  radii.forEach((each, i) => {
    // Coordinates have seven digits.
    for (const radius of each) expect(Math.abs(radius - (i + 1))).toBeLessThan(1e-6);
  });
  expect(radii).toHaveLength(2);
  expect(layersOf(latentScatter(points, { prior: false })).map(({ mark }) => mark.type)).not.toContain(
    "line",
  );
});

test.each([
  [
    () => latentScatter([]),
    "latentScatter: points must not be empty, got []; draw the figure once there are results",
  ],
  [
    () => latentScatter([{ z1: 0, z2: Infinity, label: 1 }]),
    "latentScatter: points[0].z2 must be finite, got Infinity; " +
      "drop such rows, or find where the computation diverged",
  ],
  [
    () => latentScatter(Array.from({ length: 11 }, (_, label) => ({ z1: 0, z2: 0, label }))),
    "latentScatter: the number of classes must be at most 10, got 11; " +
      "there are no more distinct colours; draw several figures, or group them",
  ],
])("throws for invalid points %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
