import { expect, test, vi } from "vitest";
import { prepareLibrary } from "../../../tools/kernel/evaluator/prepare-library";

const convertCell = vi.hoisted(() => vi.fn());
vi.mock("../../../tools/kernel/source/convert-cell", () => ({ convertCell }));

type Converter = Parameters<typeof prepareLibrary>[0];

test("checks a cell that imports the library once the kernel is idle, unless a cell comes first", () => {
  vi.useFakeTimers();
  const converter = {} as Converter;
  prepareLibrary(converter);
  expect(convertCell).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);
  expect(convertCell.mock.calls).toEqual([
    [converter, "", expect.stringContaining('from "latent"') as string],
  ]);
  prepareLibrary(converter)();
  vi.advanceTimersByTime(10_000);
  expect(convertCell).toHaveBeenCalledTimes(1);
  convertCell.mockImplementation(() => {
    throw new Error("no library");
  });
  prepareLibrary(converter);
  expect(() => vi.advanceTimersByTime(10_000)).not.toThrow();
  vi.useRealTimers();
});
