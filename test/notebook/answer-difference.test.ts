import { expect, test } from "vitest";
import { describeDifference, formatApart, formatValue } from "../../lib/notebook/answer-difference";

test.each([
  [1, 1.05, 0.1],
  [Infinity, Infinity, 0],
  ["a", "a", 0],
  [false, false, 0],
  [[1, 2], Float32Array.of(1, 2), 0],
  [Float32Array.of(0.1), [0.1], 1e-8],
])("describeDifference returns undefined for %j, expected %j within %d", (got, expected, tolerance) => {
  expect(describeDifference(got, expected, tolerance)).toBeUndefined();
});

test.each([
  [1, 1.2, 0.1, "got 1"],
  [NaN, 0, 1, "got NaN"],
  [NaN, NaN, 1, "got NaN"],
  [1 / 3, 0, 0.1, "got 0.333333"],
  [undefined, 0, 1, "got undefined (is a value returned?)"],
  [null, "a", 1, "got null (is a value returned?)"],
  ["1", 1, 1, 'got "1", not a number'],
  [[1], 1, 1, "got [1], not a number"],
  [() => 1, 1, 1, "got a function (is it called?), not a number"],
  [Promise.resolve(1), 1, 1, "got a promise (is it awaited?), not a number"],
  [{ a: 1 }, 1, 1, "got an object, not a number"],
  [1, true, 0, "got 1, not a boolean"],
  [false, true, 0, "got false"],
  ["b", "a", 0, 'got "b"'],
  [[1, 2, 3], [1, 2], 0, "got 3 numbers, not 2"],
  [[1, 2.5], [1, 2], 0.1, "got [1, 2.5], where entry 1 is 2.5, not 2"],
  [[[1]], [1], 0.1, "got an array with entries that are not numbers, not a list of numbers"],
  [1, [1], 0.1, "got 1, not a list of numbers"],
])("describeDifference describes %j, expected %j within %d", (got, expected, tolerance, description) => {
  expect(describeDifference(got, expected, tolerance)).toBe(description);
});

test("formatValue shows at most eight entries of a list", () => {
  expect(formatValue(Array.from({ length: 9 }, (_, i) => i / 3))).toBe(
    "[0, 0.333333, 0.666667, 1, 1.33333, 1.66667, 2, 2.33333, …]",
  );
});

test("numbers are shown with as many digits as their difference needs", () => {
  expect(describeDifference(123.456001, 123.456, 1e-7)).toBe("got 123.456001");
  expect(formatApart(123.456, 123.456001)).toEqual(["123.456", "123.456001"]);
  expect(formatApart(1, 2)).toEqual(["1", "2"]);
  expect(formatApart(0.1 + 0.2, 0.3)).toEqual(["0.30000000000000004", "0.3"]);
  expect(describeDifference([1, 123.456001], [1, 123.456], 1e-7)).toBe(
    "got [1, 123.456], where entry 1 is 123.456001, not 123.456",
  );
});

test("the default tolerance is that of a few roundings of float32", () => {
  expect(describeDifference(Math.fround(123456.789), 123456.789, undefined)).toBeUndefined();
  expect(describeDifference(123457.1, 123456.789, undefined)).toBe("got 123457.1");
  expect(describeDifference(1e-7, 0, undefined)).toBeUndefined();
  expect(describeDifference(2e-6, 0, undefined)).toBe("got 0.000002");
  expect(describeDifference([Math.fround(1e5 / 3)], [1e5 / 3], undefined)).toBeUndefined();
});
