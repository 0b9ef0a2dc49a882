import { exploration } from "latent/control";
import { describe, expect, test } from "vitest";

const { countBonus, upperConfidenceBonus } = exploration;

describe("bonuses of counts", () => {
  test("has the forms of the papers", () => {
    expect(countBonus(4, { scale: 3, offset: 0 })).toBeCloseTo(1.5, 14); //       β / √N
    expect(countBonus(0)).toBeCloseTo(10, 12); //                                 1 / √0.01
    expect(countBonus(3, { scale: 2, power: 1, offset: 1 })).toBe(0.5); //        β / (1 + N)
    expect(countBonus(Infinity)).toBe(0);
    expect(upperConfidenceBonus(2, Math.E)).toBeCloseTo(1, 14);
    expect(upperConfidenceBonus(0, 1)).toBe(Infinity);
  });

  test("names what is out of range", () => {
    expect(() => countBonus(-1)).toThrow("exploration.countBonus: count must be at least 0, got -1");
    expect(() => countBonus(NaN)).toThrow("count must be at least 0, got NaN");
    expect(() => countBonus(1, { scale: 0 })).toThrow("scale must be a positive finite number, got 0");
    expect(() => countBonus(1, { power: 0 })).toThrow("power must be a positive finite number, got 0");
    expect(() => countBonus(1, { offset: -1 })).toThrow("offset must be a finite number >= 0, got -1");
    expect(() => countBonus(0, { offset: 0 })).toThrow(
      "count + offset must be above 0, got 0; pass an offset, such as 0.01",
    );
    expect(() => upperConfidenceBonus(-1, 2)).toThrow("count must be at least 0, got -1");
    expect(() => upperConfidenceBonus(1, 0.5)).toThrow("steps must be at least 1, got 0.5");
  });
});
