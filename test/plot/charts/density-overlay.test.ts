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
const stepsOf = (spec: FigureSpec) => (spec as unknown as { data: { values: readonly Step[] } }).data.values;

/** The area below an outline of steps. */
const area = (steps: readonly Step[]): number =>
  steps
    .slice(1)
    .reduce((sum, { x: right }, i) => sum + (right - (steps[i]?.x ?? right)) * (steps[i]?.density ?? 0), 0);

test("four numbers in two bins", () => {
  const steps = stepsOf(densityOverlay([{ series: "s", values: [0, 0.4, 0.9, 2] }], { x, bins: 2 }));
  expect(steps.map((step) => [step.x, step.density])).toEqual([
    [0, 0],
    [0, 0.75],
    [1, 0.25],
    [2, 0],
  ]);
});

test("every histogram has area 1, whatever the samples", () => {
  // An edge of 10 keeps 5 decimals and is off by 5e-6 at most. A bin is 1/30 wide at least, so that all edges together
  // change the area by 2 · 5e-6 · 30 = 3e-4 at most.
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

test("all panels share their bins", () => {
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

test("the normal reference is the normal density", () => {
  const { density } = normalReference("prior", 1, 2);
  expect(density(1)).toBeCloseTo(0.19947114020071635, 15); // Python: NormalDist(1, 2).pdf(1)
  expect(density(4)).toBeCloseTo(0.06475879783294587, 15); // Python: NormalDist(1, 2).pdf(4)
});

const of =
  (samples: readonly Samples[], bins = 4) =>
  () =>
    densityOverlay(samples, { x, bins });

test.each([
  [
    of([]),
    "densityOverlay: samples must be not empty, got 0 entries; draw the figure after the first result",
  ],
  [
    of([{ series: "s", values: [] }]),
    "densityOverlay: samples[0].values must be not empty, got 0 entries; draw the figure after the first result",
  ],
  [
    of([{ series: "s", values: [1, NaN] }]),
    "densityOverlay: samples[0].values[1] must be a finite number, got NaN; leave such values out, or find where the computation diverged",
  ],
  [
    of([{ series: "s", values: [1] }], 1.5),
    "densityOverlay: bins must be a whole number >= 1, got 1.5; try 40",
  ],
  [
    of(Array.from({ length: 7 }, (_, i) => ({ series: `s${i}`, values: [1] }))),
    "densityOverlay: the number of series must be at most 6, got 7; colours run out; draw several figures, or group them",
  ],
])("refuses %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});
