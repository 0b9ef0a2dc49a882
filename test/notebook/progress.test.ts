import { beforeEach, expect, test, vi } from "vitest";
import { progress } from "latent";
import type { Progress } from "latent/notebook";
import { captureLog, plainTexts, setTerminal, startKernel } from "./fake-kernel";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});

/** Runs steps that take `ms` each. */
function runSteps(line: Progress, steps: number, ms: number, note?: string): void {
  for (let i = 0; i < steps; i++) {
    vi.advanceTimersByTime(ms);
    line.step(note);
  }
}

test("shows count, rate, remaining time and note, at most five times per second, in one display", () => {
  const kernel = startKernel();
  runSteps(progress("training", 5000), 100, 10, "ELBO −101.2");
  expect(plainTexts(kernel)).toEqual([
    "training 1 of 5,000 · ELBO −101.2",
    "training 21 of 5,000 · 100 steps/s · 50 s left · ELBO −101.2",
    "training 41 of 5,000 · 100 steps/s · 50 s left · ELBO −101.2",
    "training 61 of 5,000 · 100 steps/s · 49 s left · ELBO −101.2",
    "training 81 of 5,000 · 100 steps/s · 49 s left · ELBO −101.2",
  ]);
  expect(kernel.sent.map(({ update }) => update)).toEqual([false, true, true, true, true]);
});

test("excludes the first step from the rate", () => {
  const kernel = startKernel();
  const line = progress("training", 1000);
  runSteps(line, 1, 30_000); // compiles
  runSteps(line, 40, 10);
  expect(plainTexts(kernel).at(-1)).toBe("training 41 of 1,000 · 100 steps/s · 9.6 s left");
});

test("shows one decimal of a low rate, and minutes", () => {
  const kernel = startKernel();
  runSteps(progress("runs", 100), 3, 2000);
  expect(plainTexts(kernel).at(-1)).toBe("runs 3 of 100 · 0.5 steps/s · 3 min 14 s left");
});

test("done replaces the line with the summary", () => {
  const kernel = startKernel();
  const line = progress("training", 100);
  runSteps(line, 100, 10);
  line.done("ELBO −99.0");
  expect(plainTexts(kernel).at(-1)).toBe("training: 100 steps in 1.0 s · 100 steps/s · ELBO −99.0");
  expect(kernel.sent.at(-1)?.update).toBe(true);
});

test.each([
  [true, ["training: 2 steps in 0.0 s · 100 steps/s"]],
  [false, []],
])("in a plain Node process, prints the summary if stdout is a terminal: %s", (isTTY, expected) => {
  const lines = captureLog();
  setTerminal(isTTY);
  const line = progress("training", 2);
  runSteps(line, 2, 10);
  line.done();
  expect(lines).toEqual(expected);
});

test.each([0, -1, 1.5, NaN])("throws for a total of %d", (total) => {
  expect(() => progress("training", total)).toThrow(
    new Error(
      `progress: total must be a positive integer, got ${total}; pass the number of steps of the loop`,
    ),
  );
});
