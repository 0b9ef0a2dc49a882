import { expect, test } from "vitest";
import { integerTicks } from "../../../lib/plot/numeric/ticks";

test.each([
  [0, 4, 5, [0, 1, 2, 3, 4]],
  [0, 13, 5, [0, 3, 6, 9, 12, 15]],
  [2, 10, 8, [2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [0, 0, 5, [0]],
])("integerTicks(%d, %d, %d) returns %j", (low, high, maxSteps, expected) => {
  expect(integerTicks(low, high, maxSteps)).toEqual(expected);
});
