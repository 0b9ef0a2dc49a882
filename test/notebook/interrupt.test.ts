import { expect, test } from "vitest";
import { Interrupted, interruptToken, yieldToKernel } from "latent/notebook";
import { startKernel } from "./fake-kernel";

test("a token reports interrupts after its creation", () => {
  const kernel = startKernel();
  kernel.interrupts = 3; // of earlier cells
  const token = interruptToken();
  expect(token.interrupted).toBe(false);
  token.throwIfInterrupted();
  kernel.interrupts += 1;
  expect(token.interrupted).toBe(true);
  expect(() => {
    token.throwIfInterrupted();
  }).toThrow(new Interrupted("the loop was interrupted"));
});

test("a new token ignores earlier interrupts", () => {
  const kernel = startKernel();
  kernel.interrupts = 1;
  expect(interruptToken().interrupted).toBe(false);
});

test("a token is never interrupted without a kernel", () => {
  expect(interruptToken().interrupted).toBe(false);
});

test("a loop that awaits yieldToKernel receives a signal", async () => {
  const kernel = startKernel();
  const raise = (): void => {
    kernel.interrupts += 1;
  };
  process.once("SIGUSR2", raise);
  const token = interruptToken();
  process.kill(process.pid, "SIGUSR2");
  let steps = 0;
  while (!token.interrupted && steps < 1e6) {
    await yieldToKernel();
    steps += 1;
  }
  expect(token.interrupted).toBe(true);
});
