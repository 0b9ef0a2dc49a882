import { expect, test } from "vitest";
import { type BoundRow, stackedBound, type StackedBoundOptions } from "latent/plot";

const rows: readonly BoundRow[] = [
  { step: 0, elbo: -20, kl: 16 },
  { step: 10, elbo: -5, kl: 1 },
];
const options = { logProb: -4 };

/** The edges of both areas in the spec's data. */
function areasOf(...args: Parameters<typeof stackedBound>) {
  return (
    stackedBound(...args) as unknown as { data: { values: { from: number; to: number; nats: number }[] } }
  ).data.values;
}

test("the areas touch, the upper one ends at log p(x), and its height is the KL divergence", () => {
  const [kl0, elbo0, kl1, elbo1] = areasOf(rows, options);
  expect([kl0?.to, kl1?.to]).toEqual([-4, -4]);
  expect([kl0?.from, kl1?.from]).toEqual([elbo0?.to, elbo1?.to]);
  expect([elbo0?.to, elbo1?.to]).toEqual([-20, -5]);
  expect([kl0?.nats, kl1?.nats]).toEqual([16, 1]);
});

test("the lower area starts at a floor below the lowest ELBO, and the subtitle says so", () => {
  expect(areasOf(rows, options)[1]?.from).toBeCloseTo(-20 - 0.08 * 16, 5);
  const text = JSON.stringify(stackedBound(rows, { ...options, title: "The bound", subtitle: "one point" }));
  expect(text).toContain('"subtitle":"one point; the axis begins at −21.3 nats, not at 0"');
});

test("values below the floor are cut off, but their tooltip has the number", () => {
  const [kl, elbo] = areasOf(rows, { ...options, floor: -8 });
  expect(kl).toMatchObject({ from: -8, to: -4, nats: 16 });
  expect(elbo).toMatchObject({ from: -8, to: -8, nats: -20 });
});

test("a bound that is tight from the start has an axis of positive length", () => {
  expect(areasOf([{ step: 0, elbo: -4, kl: 0 }], options)[1]).toMatchObject({ from: -5, to: -4 });
});

test.each<[readonly BoundRow[], StackedBoundOptions, string]>([
  [[], options, "stackedBound: rows must not be empty, got []; draw the figure once there are results"],
  [
    [{ step: 0, elbo: NaN, kl: 0 }],
    options,
    "stackedBound: rows[0].elbo must be finite, got NaN; " +
      "drop such rows, or find where the computation diverged",
  ],
  [
    [{ step: 0, elbo: -6, kl: 1 }],
    options,
    "stackedBound: rows[0].elbo + rows[0].kl must equal log p(x) = -4 within 0.0001, got -5; " +
      "compute both exactly and for the same q; draw noisy ELBOs with lineChart",
  ],
  [
    [{ step: 0, elbo: -3, kl: -1 }],
    options,
    "stackedBound: rows[0].kl must be >= 0, got -1; a KL divergence is never negative; are q and p swapped?",
  ],
  [
    rows,
    { logProb: -4, floor: -4 },
    "stackedBound: floor must be less than log p(x) = -4, got -4; leave it out to fit the axis to the rows",
  ],
])("throws for invalid arguments %#", (bad, given, message) => {
  expect(() => stackedBound(bad, given)).toThrow(new Error(message));
});
