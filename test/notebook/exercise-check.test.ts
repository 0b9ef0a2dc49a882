import { describe, expect, test, vi } from "vitest";
import { check } from "latent";
import { type Check, CheckFailed, checkReport } from "latent/notebook";
import { captureLog, plainTexts, setTerminal, startKernel } from "./fake-kernel";

const passing: Check = { name: "equal distributions", got: 0, expected: 0 };
const failing: Check = { name: "shifted mean", got: 1, expected: 2, hint: "is the difference squared?" };
function notAttempted(): never {
  throw new Error("YOUR CODE HERE");
}

describe("check in a notebook", () => {
  test("displays one line for a correct solution, with the result as metadata", () => {
    const kernel = startKernel();
    check("KL", () => [passing, { ...passing, name: "again" }]);
    expect(plainTexts(kernel)).toEqual(["✓ KL: 2 of 2 checks passed"]);
    expect(kernel.sent[0]?.bundle.metadata).toEqual({
      latent: { check: { exercise: "KL", status: "passed", passed: 2, failed: 0 } },
    });
  });

  test("displays expected and actual values and a hint for a wrong solution, and throws", () => {
    const kernel = startKernel();
    expect(() => {
      check("KL", () => [passing, failing]);
    }).toThrow(new CheckFailed("KL: 1 of 2 checks failed"));
    expect(plainTexts(kernel)).toEqual([
      [
        "✗ KL: 1 of 2 checks failed",
        "   ✓ equal distributions",
        "   ✗ shifted mean",
        "     expected 2 within 2e-6",
        "     got 1",
        "     hint: is the difference squared?",
      ].join("\n"),
    ]);
  });

  test("displays a notice for an exercise that was not attempted, and does not throw", () => {
    const kernel = startKernel();
    check("KL", notAttempted);
    check("KL", () => [passing, { name: "shifted mean", got: notAttempted, expected: 2 }]);
    const notice =
      "○ KL: not attempted yet. Write your code where it says YOUR CODE HERE, run that cell, then this one.";
    expect(plainTexts(kernel)).toEqual([notice, notice]);
  });

  test("throws in strict mode if the exercise was not attempted", () => {
    startKernel();
    vi.stubEnv("LATENT_STRICT", "1");
    expect(() => {
      check("KL", notAttempted);
    }).toThrow(new CheckFailed("KL: not attempted"));
  });

  test("colours the line by its status", () => {
    const kernel = startKernel();
    check("KL", () => [passing]);
    expect(kernel.sent[0]?.bundle.data["text/plain"]).toBe("\u001b[32m✓ KL: 1 of 1 check passed\u001b[0m");
  });
});

describe("check in a plain Node process", () => {
  test("logs the same text, without colours if stdout is not a terminal", () => {
    const lines = captureLog();
    setTerminal(false);
    check("KL", () => [passing]);
    expect(lines).toEqual(["✓ KL: 1 of 1 check passed"]);
  });
});

test("an error in `got` fails its check and no other", () => {
  const kernel = startKernel();
  const got = (): never => {
    throw new RangeError("sigma must be positive\n    at cell:3");
  };
  expect(() => {
    check("KL", () => [{ name: "wide", got, expected: 1 }, passing]);
  }).toThrow(CheckFailed);
  expect(plainTexts(kernel)[0]).toContain(
    "   ✗ wide\n     stopped with an error: sigma must be positive\n   ✓",
  );
});

test("an error thrown by the function that lists the checks is a failed check", () => {
  const kernel = startKernel();
  expect(() => {
    check("KL", () => {
      throw new Error("no such digit");
    });
  }).toThrow(new CheckFailed("KL: 1 of 1 check failed"));
  expect(plainTexts(kernel)[0]).toContain("stopped with an error: no such digit");
});

test("awaits async checks", async () => {
  const kernel = startKernel();
  await check("training", async () => [{ ...passing, got: await Promise.resolve(0) }]);
  await expect(check("training", () => Promise.resolve([failing]))).rejects.toThrow(CheckFailed);
  await check("training", () => Promise.reject(new Error("YOUR CODE HERE")));
  expect(plainTexts(kernel).map((text) => text.slice(0, 11))).toEqual([
    "✓ training:",
    "✗ training:",
    "○ training:",
  ]);
});

test("checkReport returns the latest result of each exercise, in order of first check", () => {
  startKernel();
  const before = checkReport().length;
  check("first of the report", notAttempted);
  check("second of the report", () => [passing]);
  check("first of the report", () => [passing]);
  expect(checkReport().slice(before)).toEqual([
    { exercise: "first of the report", status: "passed", passed: 1, failed: 0 },
    { exercise: "second of the report", status: "passed", passed: 1, failed: 0 },
  ]);
});

test("the stack of CheckFailed has no frames", () => {
  expect(new CheckFailed("KL: 1 of 2 checks failed").stack).toBe("CheckFailed: KL: 1 of 2 checks failed");
});

test("throws if an exercise has no checks", () => {
  startKernel();
  expect(() => {
    check("KL", () => []);
  }).toThrow(
    'check: the checks of "KL" must not be empty, got []; list statements that hold for a correct solution',
  );
});

test("a number that is only just wrong is shown with the digits that differ", () => {
  const shown = vi.spyOn(console, "log").mockImplementation(() => undefined);
  expect(() => {
    check("digits", () => [{ name: "x", got: 123.456001, expected: 123.456, tolerance: 1e-7 }]);
  }).toThrow(CheckFailed);
  expect(shown.mock.calls.join("\n")).toContain("expected 123.456 within 1e-7\n     got 123.456001");
  expect(() => {
    check("scale", () => [{ name: "x", got: 1e6 + 3, expected: 1e6 }]);
  }).toThrow(CheckFailed);
  expect(shown.mock.calls.join("\n")).toContain("expected 1000000 within 1\n     got 1000003");
  shown.mockRestore();
});
