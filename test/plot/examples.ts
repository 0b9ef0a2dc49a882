import {
  cellMaps,
  computationGraph,
  densityContours,
  densityOverlay,
  elboCurve,
  type ElboRow,
  type FigureSpec,
  gaussianEllipses,
  imageGrid,
  interpolationStrip,
  landscape,
  latentManifold,
  latentScatter,
  lineChart,
  normalReference,
  priorQuantiles,
  rankedDots,
  responsibilityScatter,
  rollouts,
  stackedBound,
  traversalSlider,
  varianceComparison,
} from "latent/plot";

/** Returns `count` images of `size` numbers in [0, 1) that differ from pixel to pixel. */
export function pixels(count: number, size: number): number[] {
  return Array.from({ length: count * size }, (_, i) => (i * 0.37) % 1);
}

/** A training run of 2,000 steps with an ELBO far below the others at the start. */
export const elboRows: readonly ElboRow[] = Array.from({ length: 21 }, (_, i) => i * 100).flatMap((step) =>
  (["train", "test"] as const).map((split) => {
    const kl = 25 * (1 - Math.exp(-step / 100));
    const reconstruction = -75 - 470 * Math.exp(-step / 60) - (split === "test" ? 3 : 0);
    return { step, split, kl, reconstruction, elbo: reconstruction - kl };
  }),
);

const bell = Array.from({ length: 200 }, (_, i) => Math.sin(i) + Math.sin(2.3 * i));
function arc(side: number): [number, number][] {
  return Array.from({ length: 21 }, (_, x) => [x, side * 2.5 * Math.sin((Math.PI * x) / 20)]);
}
/** Two round hills on a grid of 21 × 17 points. */
const hills = (() => {
  const x = Array.from({ length: 21 }, (_, i) => (i - 10) / 2);
  const y = Array.from({ length: 17 }, (_, j) => (j - 8) / 2);
  const hill = (a: number, b: number): number => Math.exp(-(a * a + b * b) / 2);
  return { x, y, values: y.flatMap((b) => x.map((a) => hill(a - 2, b) + hill(a + 2, b))) };
})();
const plane = { x: { title: "x₁", unit: null }, y: { title: "x₂", unit: "cm" } } as const;
const boundRows = [16, 4, 1, 0].map((gap, i) => ({ step: 100 * i, elbo: -4.25 - gap, kl: gap }));
const nats = { title: "KL", unit: "nats" } as const;
const banded = { lower: 0.4, upper: 2.5 } as const;

/** Every figure in each of its forms, by test name. */
export const examples: Readonly<Record<string, () => FigureSpec>> = {
  "elboCurve": () => elboCurve(elboRows),
  "elboCurve of one step": () => elboCurve(elboRows.slice(0, 2)),
  "elboCurve with intervals": () =>
    elboCurve(
      elboRows.map((row) => ({ ...row, lower: row.elbo - 1, upper: row.elbo + 1 })),
      { title: "Five runs", subtitle: "digits", interval: "95 % over 5 seeds" },
    ),
  "imageGrid": () => imageGrid(pixels(7, 784), { shape: [28, 28], columns: 3 }),
  "imageGrid in colour with captions": () =>
    imageGrid(pixels(6, 48), {
      shape: [4, 4, 3],
      rowCaptions: ["data", 'the "mean"'],
      columnCaptions: ["a", "", "c"],
      title: "Six images",
    }),
  "interpolationStrip": () =>
    interpolationStrip(
      [
        { label: "latent, linear", images: pixels(5, 35) },
        { label: "pixels", images: pixels(5, 35) },
      ],
      { shape: [5, 7], invert: true },
    ),
  "latentManifold": () => latentManifold(pixels(25, 12), { shape: [3, 4], values: priorQuantiles(5) }),
  "latentScatter": () =>
    latentScatter(
      bell.map((z1, i) => ({ z1, z2: bell[(i * 7) % 200] ?? 0, label: i % 10 })),
      { labelTitle: "digit" },
    ),
  "latentScatter far from the prior": () =>
    latentScatter(
      bell.map((z, i) => ({ z1: 9 * z, z2: -9 * z, label: `class ${i % 3}` })),
      { axes: ["z₃ (used)", "z₇ (used)"] },
    ),
  "cellMaps": () =>
    cellMaps(
      ["before", "after"].map((title, i) => ({
        title,
        values: Array.from({ length: 12 }, (_, k) => k * (i + 1)),
        labels: Array.from({ length: 12 }, (_, k) => (k === 11 ? "G" : "")),
      })),
      { width: 4, level: { title: "visits", unit: null }, title: "Two maps" },
    ),
  "densityOverlay": () =>
    densityOverlay([{ series: "aggregate posterior", values: bell }], {
      x: { title: "z₁", unit: null },
      reference: normalReference("prior N(0, 1)"),
    }),
  "densityOverlay in panels": () =>
    densityOverlay(
      ["z₁", "z₂", "z₃"].flatMap((panel) => [
        { panel, series: "with KL", values: bell },
        { panel, series: "without KL", values: Float32Array.from(bell, (z) => 3 * z) },
      ]),
      { x: { title: "z", unit: null }, columns: 2 },
    ),
  "densityContours": () => densityContours([{ grid: hills }], { ...plane, title: "Two hills" }),
  "densityContours in panels": () =>
    densityContours(
      ["with points", "again"].map((title) => ({ title, grid: hills, points: [{ x: 2, y: 0 }] })),
      { ...plane, shares: [0.5, 0.9] },
    ),
  "landscape": () => landscape(hills, { ...plane, level: nats }),
  "landscape with paths": () =>
    landscape(hills, {
      ...plane,
      level: { title: "height", unit: "m" },
      floor: 0.1,
      lines: 5,
      paths: [
        [
          { x: 0.5, y: 3 },
          { x: 1.5, y: 1 },
          { x: 2, y: 0 },
        ],
        [{ x: 0, y: 0 }],
      ],
      title: "Two hills",
      subtitle: "gradient ascent",
      width: 300,
    }),
  "traversalSlider": () =>
    traversalSlider(pixels(6, 35), {
      shape: [5, 7],
      values: [-1, 0, 1],
      coordinates: ["z₁", "z₂"],
      title: "Two coordinates move",
    }),
  "responsibilityScatter": () =>
    responsibilityScatter(
      [
        {
          points: [
            { x: 0, y: 1, responsibilities: [0.9, 0.1] },
            { x: 2, y: 3, responsibilities: [0.4, 0.6] },
          ],
        },
      ],
      plane,
    ),
  "rankedDots": () =>
    rankedDots(
      [
        { label: "z₁", value: 0.01 },
        { label: "z₂", value: 1.4, ...banded },
      ],
      {
        x: nats,
        labelTitle: "latent dimension",
        interval: "95 % over images",
        rule: { at: 1, label: "1 nat" },
      },
    ),
  "rollouts": () =>
    rollouts(
      [
        {
          title: "straight",
          drives: [
            {
              path: [
                [0, 0.1],
                [4, 0],
                [7.9, 0],
              ],
              outcome: "tree",
            },
          ],
        },
        { title: "around", drives: [1, -1].map((side) => ({ path: arc(side), outcome: "arrived" })) },
      ],
      {
        road: { length: 20, halfWidth: 4, tree: 10, treeRadius: 1, carRadius: 1 },
        title: "Two policies",
        drawn: 1,
      },
    ),
  "lineChart": () =>
    lineChart(
      ["a", "b", "c"].flatMap((series, i) => [1, 2, 3].map((x) => ({ series, x, y: x * i }))),
      {
        x: { title: "β", unit: null },
        y: nats,
        rules: [
          { axis: "x", at: 2, label: "KL on" },
          { axis: "y", at: 3, label: "exact" },
        ],
      },
    ),
  "lineChart of one long line": () =>
    lineChart(
      bell.map((y, x) => ({ x, y })),
      { x: { title: "step", unit: null }, y: nats, width: 300, height: 200 },
    ),
  "lineChart on logarithmic axes with bands": () =>
    lineChart(
      ["score function", "pathwise"].flatMap((series) =>
        [1, 10, 100].map((x) => ({ series, x, y: 1 / x, lower: 0.5 / x, upper: 2 / x })),
      ),
      {
        x: { title: "samples", unit: null, scale: "log" },
        y: { title: "variance", unit: "nats²", scale: "log" },
        interval: "95 % over 30 repeats",
      },
    ),
  "stackedBound": () => stackedBound(boundRows, { logProb: -4.25 }),
  "stackedBound from a floor": () =>
    stackedBound(boundRows, { logProb: -4.25, floor: -8, title: "The bound rises", subtitle: "one point" }),
  "gaussianEllipses": () =>
    gaussianEllipses(
      [
        {
          series: "posterior",
          mean: [1, -1],
          covariance: [
            [1, 0.8],
            [0.8, 1],
          ],
        },
        {
          series: "diagonal q",
          mean: [1, -1],
          covariance: [
            [0.36, 0],
            [0, 0.36],
          ],
        },
      ],
      { x: { title: "z₁", unit: null }, y: { title: "z₂", unit: null }, title: "Two families" },
    ),
  "computationGraph": () =>
    computationGraph(
      [
        { id: "phi", label: "φ", kind: "parameter", column: 0, row: 0 },
        { id: "eps", label: "ε", note: "N(0, 1)", kind: "random", column: 0, row: 1 },
        { id: "z", kind: "computed", column: 1, row: 0 },
        { id: "x", kind: "data", column: 2, row: 0 },
      ],
      [
        { from: "phi", to: "z", gradient: true },
        { from: "eps", to: "z" },
        { from: "z", to: "x", gradient: true },
      ],
      { title: "A draw that can be differentiated" },
    ),
  "varianceComparison": () =>
    varianceComparison(
      ["score function", "pathwise"].flatMap((series, i) =>
        [1, 10, 100].map((m) => ({
          series,
          x: m,
          measured: (10 - 8 * i) / m,
          lower: (9 - 8 * i) / m,
          upper: (11 - 8 * i) / m,
        })),
      ),
      { x: { title: "draws", unit: null, scale: "log" }, y: nats, interval: "95 % over 1,000 estimates" },
    ),
  "varianceComparison in panels, with exact lines": () =>
    varianceComparison(
      ["cos(kx)", "exp(−kx²)"].flatMap((panel) =>
        ["score function", "pathwise"].flatMap((series, i) =>
          [1, 2, 3].map((k) => ({
            panel,
            series,
            x: k,
            exact: k ** (2 * i),
            ...(k === 2 ? { measured: 4 ** i, lower: 0.5, upper: 5 } : {}),
          })),
        ),
      ),
      { x: { title: "k", unit: null }, y: nats, interval: "95 %", title: "A crossover" },
    ),
};
