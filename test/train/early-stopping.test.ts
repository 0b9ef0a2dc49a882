import { earlyStopping } from "latent";
import { expect, test } from "vitest";

test("is over after `patience` values without improvement", () => {
  const early = earlyStopping({ patience: 2 });
  expect(early.best()).toBe(-Infinity);
  const seen = [-5, -3, -4, -2, -2, -2.5].map((value) => [early.note(value), early.isOver()]);
  expect(seen).toEqual([
    [true, false],
    [true, false],
    [false, false],
    [true, false], // better again: the count restarts
    [false, false], // as good as the best is not better
    [false, true],
  ]);
  expect(early.best()).toBe(-2);
});

test("requires the least improvement, and does not count NaN as one", () => {
  const early = earlyStopping({ patience: 1, least: 0.5 });
  expect(early.note(0)).toBe(true);
  expect(early.note(0.5)).toBe(false);
  expect(early.note(0.6)).toBe(true);
  expect(early.note(NaN)).toBe(false);
  expect(early.isOver()).toBe(true);
});

test("rejects a patience that is not a positive integer", () => {
  expect(() => earlyStopping({ patience: 0 })).toThrow(
    "earlyStopping: patience must be a positive integer, got 0",
  );
});
