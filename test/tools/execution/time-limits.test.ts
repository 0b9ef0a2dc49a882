import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withinLimits } from "../../../tools/execution/time-limits";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function after(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, ms, "done"));
}

test.each([
  ["no limit", { cell: 0, notebook: 0 }, 10_000, { value: "done" }],
  ["the cell's", { cell: 2, notebook: 0 }, 2001, { limit: "cell" }],
  ["none of two", { cell: 2, notebook: 3 }, 1999, { value: "done" }],
  ["the notebook's, of which a second is over", { cell: 5, notebook: 3 }, 2500, { limit: "notebook" }],
  ["a limit longer than timers know", { cell: 1e9, notebook: 0 }, 5, { value: "done" }],
])("waits within %s", async (_, limits, ms, expected) => {
  const started = performance.now() - 1000;
  const ended = withinLimits(after(ms), limits, started);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await ended).toEqual(expected);
});

test("rejects with the error of the promise, and leaves no timer", async () => {
  await expect(
    withinLimits(Promise.reject(new Error("broken")), { cell: 9, notebook: 9 }, 0),
  ).rejects.toThrow("broken");
  expect(vi.getTimerCount()).toBe(0);
});
