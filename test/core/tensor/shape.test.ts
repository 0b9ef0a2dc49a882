import { tf } from "latent";
import { describe, expect, test } from "vitest";
import { checkAbove, checkCount } from "../../../lib/core/numeric/check-number";
import { broadcastShapes, checkShape, showShape, sizeOf } from "../../../lib/core/tensor/shape";

test("sizeOf counts elements, and showShape formats shapes", () => {
  expect([[], [5], [2, 3, 5], [0, 7]].map(sizeOf)).toEqual([1, 5, 30, 0]);
  expect([[], [5], [128, 784]].map(showShape)).toEqual(["[]", "[5]", "[128, 784]"]);
});

describe("checkShape", () => {
  test.each([
    [
      [128, 784],
      ["B", "D=784"],
    ],
    [
      [128, 784],
      [128, 784],
    ],
    [[], []],
    [
      [0, 3],
      ["B", 3],
    ],
  ])("accepts %j for %j", (shape, expected) => {
    checkShape("elbo", "x", tf.zeros(shape), expected);
  });

  test.each([
    [
      [128, 28, 28],
      ["B", "D=784"],
      "elbo: x must be [B, D=784], got [128, 28, 28]; use x.reshape([-1, 784])",
    ],
    [[128, 783], ["B", "D=784"], "elbo: x must be [B, D=784], got [128, 783]; use x.reshape([-1, 784])"],
    [[3], [], "elbo: x must be [], got [3]; use x.reshape([-1, 784])"],
    [[], ["B"], "elbo: x must be [B], got []; use x.reshape([-1, 784])"],
    [[2, 3], [2, 5], "elbo: x must be [2, 5], got [2, 3]; use x.reshape([-1, 784])"],
  ])("rejects %j for %j", (shape, expected, message) => {
    expect(() => {
      checkShape("elbo", "x", tf.zeros(shape), expected, "use x.reshape([-1, 784])");
    }).toThrow(new Error(message));
  });

  test("ends after the shape if there is no remedy", () => {
    expect(() => {
      checkShape("mlp", "x", tf.zeros([2]), ["B", "D"]);
    }).toThrow(new Error("mlp: x must be [B, D], got [2]"));
  });
});

describe("checkCount and checkAbove", () => {
  test("accept integers from the least value on, and finite numbers above the bound", () => {
    checkCount("fit", "steps", 0);
    checkCount("fit", "steps", 1, 1);
    checkAbove("adam", "learningRate", 1e-30);
    checkAbove("f", "x", 1.5, 1);
  });

  test.each([-1, 0.5, NaN, Infinity])("reject %d as a count", (value) => {
    expect(() => {
      checkCount("fit", "steps", value);
    }).toThrow(new Error(`fit: steps must be a non-negative integer, got ${value}`));
  });

  test.each([
    [0, "a non-negative integer"],
    [1, "a positive integer"],
    [2, "an integer >= 2"],
  ])("say what a count of at least %d must be", (least, kind) => {
    expect(() => {
      checkCount("mig", "bins", -1, least);
    }).toThrow(new Error(`mig: bins must be ${kind}, got -1`));
  });

  test.each([0, -1, NaN, Infinity])("reject %d as a rate", (value) => {
    expect(() => {
      checkAbove("adam", "learningRate", value);
    }).toThrow(new Error(`adam: learningRate must be a positive finite number, got ${value}`));
  });

  test("name a bound other than 0", () => {
    expect(() => {
      checkAbove("f", "x", 1, 1);
    }).toThrow(new Error("f: x must be a finite number > 1, got 1"));
  });
});

describe("broadcastShapes", () => {
  test.each([
    [[], [], []],
    [[], [3], [3]],
    [[3], [2, 3], [2, 3]],
    [[3], [3, 1], [3, 3]],
    [
      [2, 1, 5],
      [3, 1],
      [2, 3, 5],
    ],
    [[0], [1], [0]],
  ])("returns, for %j and %j in either order, %j", (a, b, result) => {
    expect(broadcastShapes("f", a, b)).toEqual(result);
    expect(broadcastShapes("f", b, a)).toEqual(result);
  });

  test("rejects sizes that differ", () => {
    expect(() => broadcastShapes("normal", [2, 3], [2])).toThrow(
      new Error("normal: shapes [2, 3] and [2] do not broadcast"),
    );
  });
});
