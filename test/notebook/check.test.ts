import { describe, expect, test, vi } from "vitest";
import { check } from "latent";
import { type Check, CheckFailed, checkReport } from "latent/notebook";
import { listen, plainTexts, pretendTerminal, startKernel } from "./fake-kernel";

const right: Check = { name: "equal distributions", got: 0, expected: 0 };
const wrong: Check = { name: "shifted mean", got: 1, expected: 2, hint: "is the difference squared?" };
const open = (): never => {
  throw new Error("YOUR CODE HERE");
};

describe("in a notebook", () => {
  test("a right solution is told in one line, and noted for a grader", () => {
    const kernel = startKernel();
    check("KL", () => [right, { ...right, name: "again" }]);
    expect(plainTexts(kernel)).toEqual(["✓ KL: 2 of 2 checks passed"]);
    expect(kernel.sent[0]?.bundle.metadata).toEqual({
      latent: { check: { exercise: "KL", status: "passed", passed: 2, failed: 0 } },
    });
  });

  test("a wrong one says what was expected, what came and a hint, and throws", () => {
    const kernel = startKernel();
    expect(() => {
      check("KL", () => [right, wrong]);
    }).toThrow(new CheckFailed("KL: 1 of 2 checks failed"));
    expect(plainTexts(kernel)).toEqual([
      [
        "✗ KL: 1 of 2 checks failed",
        "   ✓ equal distributions",
        "   ✗ shifted mean",
        "     expected 2 within 1e-6",
        "     got 1",
        "     hint: is the difference squared?",
      ].join("\n"),
    ]);
  });

  test("an open one prints a notice and lets the notebook go on", () => {
    const kernel = startKernel();
    check("KL", open);
    check("KL", () => [right, { name: "shifted mean", got: open, expected: 2 }]);
    const notice =
      "○ KL: not attempted yet. Write your code where it says YOUR CODE HERE, run that cell, then this one.";
    expect(plainTexts(kernel)).toEqual([notice, notice]);
  });

  test("in strict mode an open one throws as well", () => {
    startKernel();
    vi.stubEnv("LATENT_STRICT", "1");
    expect(() => {
      check("KL", open);
    }).toThrow(new CheckFailed("KL: not attempted"));
  });

  test("colours go with the signs", () => {
    const kernel = startKernel();
    check("KL", () => [right]);
    expect(kernel.sent[0]?.bundle.data["text/plain"]).toBe("\u001b[32m✓ KL: 1 of 1 check passed\u001b[0m");
  });
});

describe("in a plain process", () => {
  test("the same words are printed, without colours where it is no terminal", () => {
    const lines = listen();
    pretendTerminal(false);
    check("KL", () => [right]);
    expect(lines).toEqual(["✓ KL: 1 of 1 check passed"]);
  });
});

test("an error in a solution is told as its failure, and leaves the other checks alone", () => {
  const kernel = startKernel();
  const got = (): never => {
    throw new RangeError("sigma must be positive\n    at cell:3");
  };
  expect(() => {
    check("KL", () => [{ name: "wide", got, expected: 1 }, right]);
  }).toThrow(CheckFailed);
  expect(plainTexts(kernel)[0]).toContain(
    "   ✗ wide\n     stopped with an error: sigma must be positive\n   ✓",
  );
});

test("an error outside of any check is one, too", () => {
  const kernel = startKernel();
  expect(() => {
    check("KL", () => {
      throw new Error("no such digit");
    });
  }).toThrow(new CheckFailed("KL: 1 of 1 check failed"));
  expect(plainTexts(kernel)[0]).toContain("stopped with an error: no such digit");
});

test("async checks are awaited", async () => {
  const kernel = startKernel();
  await check("training", async () => [{ ...right, got: await Promise.resolve(0) }]);
  await expect(check("training", () => Promise.resolve([wrong]))).rejects.toThrow(CheckFailed);
  await check("training", () => Promise.reject(new Error("YOUR CODE HERE")));
  expect(plainTexts(kernel).map((text) => text.slice(0, 11))).toEqual([
    "✓ training:",
    "✗ training:",
    "○ training:",
  ]);
});

test("the report keeps how each exercise stood last, in order", () => {
  startKernel();
  const before = checkReport().length;
  check("first of the report", open);
  check("second of the report", () => [right]);
  check("first of the report", () => [right]);
  expect(checkReport().slice(before)).toEqual([
    { exercise: "first of the report", status: "passed", passed: 1, failed: 0 },
    { exercise: "second of the report", status: "passed", passed: 1, failed: 0 },
  ]);
});

test("the thrown error shows its message and no frames of the library", () => {
  expect(new CheckFailed("KL: 1 of 2 checks failed").stack).toBe("CheckFailed: KL: 1 of 2 checks failed");
});

test("an exercise without checks is a mistake of its author", () => {
  startKernel();
  expect(() => {
    check("KL", () => []);
  }).toThrow('check: checks of "KL" must not be empty, got []; list what is true of a right solution');
});
