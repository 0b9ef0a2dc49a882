import fc from "fast-check";
import { expect, test } from "vitest";
import { densityOverlay, type FigureSpec, normalReference, type Samples } from "latent/plot";

interface Step {
  readonly x: number;
  readonly density: number;
  readonly series: string;
  readonly panel: string;
}

const x = { title: "z", unit: null };
function stepsOf(spec: FigureSpec) {
  return (spec as unknown as { data: { values: readonly Step[] } }).data.values;
}

/** Returns the area under a histogram's outline. */
function area(steps: readonly Step[]): number {
  return steps
    .slice(1)
    .reduce((sum, { x: right }, i) => sum + (right - (steps[i]?.x ?? right)) * (steps[i]?.density ?? 0), 0);
}

test("two bins have the densities of four samples", () => {
  const steps = stepsOf(densityOverlay([{ series: "s", values: [0, 0.4, 0.9, 2] }], { x, bins: 2 }));
  expect(steps.map((step) => [step.x, step.density])).toEqual([
    [0, 0],
    [0, 0.75],
    [1, 0.25],
    [2, 0],
  ]);
});

test("every histogram has area 1", () => {
  // An edge near 10 has 5 decimals, an error of at most 5e-6. A bin is at least 1/30 wide, so all edges
  // together change the area by at most 2 · 5e-6 · 30 = 3e-4.
  const thousandths = fc.array(fc.integer({ min: -9000, max: 9000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(thousandths, fc.integer({ min: 1, max: 30 }), (whole, bins) => {
      const values = whole.map((n) => n / 1000);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      fc.pre(low === high || high - low >= 1);
      const sum = area(stepsOf(densityOverlay([{ series: "s", values }], { x, bins })));
      expect(Math.abs(sum - 1)).toBeLessThan(3e-4);
    }),
    { seed: 3 },
  );
});

test("all panels have the same bins", () => {
  const spec = densityOverlay(
    [
      { panel: "a", series: "s", values: [0, 1] },
      { panel: "b", series: "s", values: [9, 10] },
    ],
    { x, bins: 10 },
  );
  const edges = (panel: string) =>
    stepsOf(spec)
      .filter((step) => step.panel === panel)
      .map((step) => step.x);
  expect(edges("a")).toEqual(edges("b"));
});

test("normalReference returns the normal density", () => {
  const { density } = normalReference("prior", 1, 2);
  expect(density(1)).toBeCloseTo(0.19947114020071635, 15); // Python: NormalDist(1, 2).pdf(1)
  expect(density(4)).toBeCloseTo(0.06475879783294587, 15); // Python: NormalDist(1, 2).pdf(4)
});

function draw(samples: readonly Samples[], bins = 4) {
  return () => densityOverlay(samples, { x, bins });
}

test.each([
  [draw([]), "densityOverlay: samples must not be empty, got []; draw the figure once there are results"],
  [
    draw([{ series: "s", values: [] }]),
    "densityOverlay: samples[0].values must not be empty, got []; draw the figure once there are results",
  ],
  [
    draw([{ series: "s", values: [1, NaN] }]),
    "densityOverlay: samples[0].values[1] must be finite, got NaN; " +
      "drop such values, or find where the computation diverged",
  ],
  [
    draw([{ series: "s", values: [1] }], 1.5),
    "densityOverlay: bins must be a positive integer, got 1.5; try 40",
  ],
  [
    draw(Array.from({ length: 7 }, (_, i) => ({ series: `s${i}`, values: [1] }))),
    "densityOverlay: the number of series must be at most 6, got 7; " +
      "there are no more distinct colours; draw several figures, or group them",
  ],
])("throws for invalid samples %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
