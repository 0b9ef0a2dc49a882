import { expect, test } from "vitest";
import { elboCurve, type ElboRow } from "latent/plot";
import { settledRange } from "../../../lib/plot/numeric/settled-range";
import { elboRows } from "../examples";

const row: ElboRow = { step: 10, split: "test", elbo: -100, reconstruction: -75, kl: 25 };
const withRow = (change: Partial<ElboRow>) => () =>
  elboCurve([row, { ...row, ...change }], { interval: "95 %" });

test("its words tell where each split ends", () => {
  expect(elboCurve(elboRows).description).toBe(
    "ELBO during training: train −100.0 nats at step 2,000 (reconstruction −75.0, KL 25.0); " +
      "test −103.0 nats at step 2,000 (reconstruction −78.0, KL 25.0)",
  );
});

test("the rows may come in any order", () => {
  expect(elboCurve([...elboRows].reverse()).description).toContain("test −103.0 nats at step 2,000");
});

test("the figure says that the first steps are cut off, and what its bands are", () => {
  const rows = elboRows.map((each) => ({ ...each, lower: each.elbo - 1, upper: each.elbo + 1 }));
  expect(elboCurve(rows, { title: "T", subtitle: "Digits.", interval: "95 % over 5 seeds" })).toMatchObject({
    title: {
      text: "T",
      subtitle: "Digits. Band: 95 % over 5 seeds. Steps before 200 are outside of the panels.",
    },
  });
});

test("the legend names the splits that there are; each keeps its look", () => {
  const onlyTest = JSON.stringify(elboCurve(elboRows.filter(({ split }) => split === "test")));
  expect(onlyTest).toContain('"values":["test"]');
  expect(onlyTest).toContain('"domain":["train","test"],"range":["#0072b2","#d55e00"]');
});

test.each([
  [
    () => elboCurve([]),
    "elboCurve: rows must be not empty, got 0 entries; draw the figure after the first result",
  ],
  [
    withRow({ kl: NaN }),
    "elboCurve: rows[1].kl must be a finite number, got NaN; leave such rows out, or find where the computation diverged",
  ],
  [
    withRow({ lower: -101 }),
    "elboCurve: rows[1] must be with both lower and upper, or neither, got lower alone; give the other end of the interval too",
  ],
  [
    withRow({ lower: -99, upper: -101 }),
    "elboCurve: rows[1] must be an interval with lower <= upper, got -99 > -101; exchange the two ends",
  ],
  [
    () => elboCurve([{ ...row, lower: -101, upper: -99 }]),
    'elboCurve: options.interval must be the meaning of lower and upper, got undefined; say it, as in "95 % over 5 seeds"',
  ],
])("refuses %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});

const curve = (...values: number[]) => values.map((value, step) => ({ step, values: [value] }));

test("a curve whose start is near to the rest is shown whole, with room of 4 % around", () => {
  expect(settledRange(curve(0, 5, 10))).toEqual({ domain: [-0.4, 10.4], cutBefore: 0 });
});

test("a far start is cut off", () => {
  const values = [-500, -120, ...Array.from({ length: 19 }, (_, i) => -110 + i / 2)];
  const { domain, cutBefore } = settledRange(curve(...values));
  expect(domain[0]).toBeCloseTo(-110 - 0.04 * 9);
  expect(domain[1]).toBeCloseTo(-101 + 0.04 * 9);
  expect(cutBefore).toBe(2);
});

test("a constant curve has room around it", () => {
  expect(settledRange(curve(40, 40))).toEqual({ domain: [38, 42], cutBefore: 0 });
});
