import { stripVTControlCharacters } from "node:util";
import { afterEach, onTestFinished, vi } from "vitest";
import type { KernelHook, MimeBundle } from "latent/notebook";

/** A kernel that keeps what was sent to the notebook. */
export interface FakeKernel extends KernelHook {
  interrupts: number;
  readonly sent: { readonly bundle: MimeBundle; readonly update: boolean }[];
}

const hookName = Symbol.for("latent.kernel");
const host = globalThis as { [hookName]?: KernelHook };

/** Puts a fake kernel where the library looks for one; it goes after the test. */
export function startKernel(): FakeKernel {
  const kernel: FakeKernel = {
    interrupts: 0,
    sent: [],
    display(bundle, update) {
      kernel.sent.push({ bundle: structuredClone(bundle), update });
    },
  };
  host[hookName] = kernel;
  return kernel;
}

afterEach(() => {
  Reflect.deleteProperty(host, hookName);
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** What is printed from now on. */
export function listen(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: unknown) => void lines.push(String(line)));
  return lines;
}

/** Lets standard output pass for a terminal, or not, until the test's end. */
export function pretendTerminal(isTTY: boolean): void {
  const before = process.stdout.isTTY;
  process.stdout.isTTY = isTTY;
  onTestFinished(() => {
    process.stdout.isTTY = before;
  });
}

/** The text of what was sent, without colours. */
export const plainTexts = ({ sent }: FakeKernel): string[] =>
  sent.map(({ bundle }) => stripVTControlCharacters(String(bundle.data["text/plain"])));
