import { stripVTControlCharacters } from "node:util";
import { afterEach, onTestFinished, vi } from "vitest";
import type { KernelHook, MimeBundle } from "latent/notebook";

/** A kernel that records what the library sends to the notebook. */
export interface FakeKernel extends KernelHook {
  interrupts: number;
  readonly sent: { readonly bundle: MimeBundle; readonly update: boolean }[];
}

const HOOK = Symbol.for("latent.kernel");
const host = globalThis as { [HOOK]?: KernelHook };

/** Installs a fake kernel for the library until the end of the test. */
export function startKernel(): FakeKernel {
  const kernel: FakeKernel = {
    interrupts: 0,
    sent: [],
    display(bundle, update) {
      kernel.sent.push({ bundle: structuredClone(bundle), update });
    },
  };
  host[HOOK] = kernel;
  return kernel;
}

afterEach(() => {
  Reflect.deleteProperty(host, HOOK);
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

/** Returns the lines logged from now on. */
export function captureLog(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: unknown) => void lines.push(String(line)));
  return lines;
}

/** Sets whether stdout is a terminal, until the end of the test. */
export function setTerminal(isTTY: boolean): void {
  const before = process.stdout.isTTY;
  process.stdout.isTTY = isTTY;
  onTestFinished(() => {
    process.stdout.isTTY = before;
  });
}

/** The plain text of each bundle sent, without colours. */
export function plainTexts({ sent }: FakeKernel): string[] {
  return sent.map(({ bundle }) => stripVTControlCharacters(String(bundle.data["text/plain"])));
}
