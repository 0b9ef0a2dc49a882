import { expect, test } from "vitest";
import { roundDigits, roundTogether } from "../../../lib/plot/numeric/numbers";

test("integers stay, and other numbers have seven digits", () => {
  expect(roundDigits(1_700_000_042)).toBe(1_700_000_042);
  expect(roundDigits(Math.PI)).toBe(3.141593);
  expect(roundDigits(-1e-9 / 3)).toBe(-3.333333e-10);
});

test("numbers that are drawn together stay apart, however far from zero", () => {
  for (const [offset, step] of [
    [1.7e9, 0.25],
    [1000, 1e-6],
    [-3e12, 0.5],
    [0.5, 1e-9],
  ] as const) {
    // prettier-ignore
    const values = Array.from({ length: 60 }, (_, i) => offset + i * step);
    const rounded = values.map(roundTogether(values));
    expect(new Set(rounded).size).toBe(60);
    rounded.forEach((x, i) => expect(Math.abs(x - (values[i] ?? NaN))).toBeLessThan(step / 1000));
  }
  expect([0.1 + 0.2, 1 / 3].map(roundTogether([0, 1]))).toEqual([0.3, 0.3333333]);
});
