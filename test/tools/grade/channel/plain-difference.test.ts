import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeDifference } from "../../../../lib/notebook/answer-difference";
import { plainDifference } from "../../../../tools/grade/channel/plain-difference";

const numbers = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e6, 1e6 + 0.5, 1e6 + 2, 0, 1e-6, 2e-6));
const value = fc.oneof(
  numbers,
  fc.array(numbers, { maxLength: 3 }),
  fc.boolean(),
  fc.string({ maxLength: 2 }),
);

describe("plainDifference", () => {
  test("accepts what the library's check accepts", () => {
    const tolerance = fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(value, value, fc.double({ min: -1e-5, max: 1e-5 }), tolerance, (a, b, shift, allowed) => {
        const near = typeof b === "number" ? b * (1 + shift) : b;
        for (const got of [a, b, near])
          expect(plainDifference(got, b, allowed) === undefined).toBe(
            describeDifference(got, b, allowed) === undefined,
          );
      }),
      { numRuns: 2000 },
    );
  });

  test("allows a millionth of the expected number by default", () => {
    expect(plainDifference(1_000_000.9, 1e6, undefined)).toBeUndefined();
    expect(plainDifference(1_000_001.1, 1e6, undefined)).toBe("got 1000001");
    expect(plainDifference([1e6 + 0.9, 2e-6], [1e6, 0], undefined)).toContain("where entry 1 is 0.000002");
  });
});
