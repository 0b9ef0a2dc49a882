import { expect, test } from "vitest";
import { elboCurve, type ElboRow } from "latent/plot";
import { settledRange } from "../../../lib/plot/numeric/settled-range";
import { elboRows } from "../examples";

const row: ElboRow = { step: 10, split: "test", elbo: -100, reconstruction: -75, kl: 25 };
function withRow(change: Partial<ElboRow>) {
  return () => elboCurve([row, { ...row, ...change }], { interval: "95 %" });
}

test("the description has the last values of each split", () => {
  expect(elboCurve(elboRows).description).toBe(
    "ELBO during training: train −100.0 nats at step 2,000 (reconstruction −75.0, KL 25.0); " +
      "test −103.0 nats at step 2,000 (reconstruction −78.0, KL 25.0)",
  );
});

test("rows may be in any order", () => {
  expect(elboCurve([...elboRows].reverse()).description).toContain("test −103.0 nats at step 2,000");
});

test("the subtitle says what the bands are and that the first steps are cut off", () => {
  const rows = elboRows.map((each) => ({ ...each, lower: each.elbo - 1, upper: each.elbo + 1 }));
  expect(elboCurve(rows, { title: "T", subtitle: "Digits.", interval: "95 % over 5 seeds" })).toMatchObject({
    title: {
      text: "T",
      subtitle: "Digits. Band: 95 % over 5 seeds. Steps before 200 are outside the panels.",
    },
  });
});

test("the legend lists the present splits; each keeps its colour", () => {
  const onlyTest = JSON.stringify(elboCurve(elboRows.filter(({ split }) => split === "test")));
  expect(onlyTest).toContain('"values":["test"]');
  expect(onlyTest).toContain('"domain":["train","test"],"range":["#0072b2","#d55e00"]');
});

test.each([
  [() => elboCurve([]), "elboCurve: rows must not be empty, got []; draw the figure once there are results"],
  [
    withRow({ kl: NaN }),
    "elboCurve: rows[1].kl must be finite, got NaN; drop such rows, or find where the computation diverged",
  ],
  [
    withRow({ lower: -101 }),
    "elboCurve: rows[1] must have both lower and upper, or neither, got only lower; " +
      "add the other end of the interval",
  ],
  [
    withRow({ lower: -99, upper: -101 }),
    "elboCurve: rows[1] must have lower <= upper, got -99 > -101; swap the two ends",
  ],
  [
    () => elboCurve([{ ...row, lower: -101, upper: -99 }]),
    "elboCurve: options.interval must say what lower and upper are, got undefined; " +
      'for example "95 % over 5 seeds"',
  ],
])("throws for invalid rows %#", (act, message) => {
  expect(act).toThrow(new Error(message));
});

function curve(...values: number[]) {
  return values.map((value, step) => ({ step, values: [value] }));
}

test("settledRange contains all values of a curve that starts near the others, with a margin of 4 %", () => {
  expect(settledRange(curve(0, 5, 10))).toEqual({ domain: [-0.4, 10.4], cutBefore: 0 });
});

test("settledRange excludes a start far from the other values", () => {
  const values = [-500, -120, ...Array.from({ length: 19 }, (_, i) => -110 + i / 2)];
  const { domain, cutBefore } = settledRange(curve(...values));
  expect(domain[0]).toBeCloseTo(-110 - 0.04 * 9);
  expect(domain[1]).toBeCloseTo(-101 + 0.04 * 9);
  expect(cutBefore).toBe(2);
});

test("settledRange of a constant curve has positive width", () => {
  expect(settledRange(curve(40, 40))).toEqual({ domain: [38, 42], cutBefore: 0 });
});
