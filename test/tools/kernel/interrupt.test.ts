import { afterAll, beforeAll, expect, test } from "vitest";
import type { Kernel } from "../../../tools/protocol/start-kernel";
import { runCell, START, startTestKernel, until, type Ran } from "./support";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await startTestKernel();
  await kernel.execute("const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));");
}, START);
afterAll(() => kernel.shutdown());

const STARTED = 'console.log("started");';

/** Runs a cell and interrupts it once it has printed "started". */
async function stopped(code: string, stop: () => unknown = () => kernel.interrupt()): Promise<Ran> {
  let started = false;
  const ran = runCell(kernel, code.includes(STARTED) ? code : `${STARTED}\n${code}`, {
    onMessage: ({ header }) => {
      if (header.msg_type === "stream") started = true;
    },
  });
  await until(() => started);
  await stop();
  return ran;
}

/** The value of an expression as text. */
async function valueOf(code: string): Promise<unknown> {
  const { outputs } = await runCell(kernel, code);
  const result = outputs.find((output) => output.output_type === "execute_result");
  return result?.data["text/plain"];
}

const INTERRUPTED = { status: "error", ename: "Interrupted", evalue: "the cell was interrupted" };

test.each([
  ["a loop that never yields", "while (true) {}", 2],
  ["one behind an await", "await null;\n\nwhile (true) {}", 4],
  ["one in a function", "const spin = () => {\n  for (;;);\n};\nspin();", 3],
  ["one in a timer's callback", "setTimeout(() => {\n  for (;;);\n}, 1);\nawait sleep(60_000);", 3],
  ["one that catches everything", "for (;;) try {\n  JSON.parse('{');\n} catch {}", "[23]"],
])("stops %s, shows its position, and keeps the variables", async (_, code, line) => {
  const ran = await stopped(code);
  expect(ran.reply).toMatchObject(INTERRUPTED);
  expect(ran.traceback).toMatch(new RegExp(`cell \\[${ran.reply.execution_count}\\]:${line}:`));
  expect(await valueOf("typeof sleep")).toBe("function");
});

/**
 * A cell that polls the interrupt count, as the library's training does, and ends `ms` after an interrupt.
 */
function noticing(ms: number) {
  return `
  interface Hooked { [key: symbol]: { interrupts: number } }
  const hook = (globalThis as unknown as Hooked)[Symbol.for("latent.kernel")]!;
  const before = hook.interrupts;
  ${STARTED}
  await new Promise<void>((done) => {
    const poll = (): void => {
      if (hook.interrupts === before) setTimeout(poll, 5);
      else setTimeout(done, ${ms});
    };
    poll();
  });
  const kept = "the model";`;
}

test("lets a library loop that has noticed the interrupt finish, and its cell with it", async () => {
  const ran = await stopped(noticing(2500)); // longer than the delay for code that ignores interrupts
  expect(ran.reply.status).toBe("ok");
  expect(await valueOf("kept")).toBe("the model");
});

test("ends such a loop at once on a second interrupt", async () => {
  const begun = Date.now();
  const ran = await stopped(noticing(60_000), async () => {
    const first = kernel.interrupt();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await kernel.interrupt();
    await first;
  });
  expect(ran.reply).toMatchObject(INTERRUPTED);
  expect(Date.now() - begun).toBeLessThan(9_000); // before the grace period of a noticed interrupt
});

test("stops an asynchronous loop permanently, after its finally block", async () => {
  const ran = await stopped(`let turns = 0;
try {
  while (true) {
    await sleep(5);
    turns++;
  }
} finally {
  console.log('cleaned up');
}`);
  expect(ran.reply).toMatchObject(INTERRUPTED);
  expect(ran.printed).toBe("started\ncleaned up\n");
  const before = await valueOf("turns");
  expect(await valueOf("await sleep(50);\nturns")).toBe(before);
});

test("stops a loop in a function of an earlier cell, and shows its line", async () => {
  const defined = await runCell(
    kernel,
    "let beats = 0;\nconst beat = async () => {\n  for (;;) {\n    await sleep(5);\n    beats++;\n  }\n};",
  );
  const ran = await stopped("await beat();");
  expect(ran.traceback).toContain(`at beat (cell [${defined.reply.execution_count}]:3:`);
  const before = await valueOf("beats");
  expect(await valueOf("await sleep(50);\nbeats")).toBe(before);
});

test("a later call of such a function runs", async () => {
  await kernel.execute(
    "const twice = async () => { for (let i = 0; i < 2; i++) await null; return 'done'; };",
  );
  await stopped("await new Promise(() => {});");
  expect(await valueOf("await twice()")).toBe("done");
});

test("ends a cell that awaits a promise which never settles", async () => {
  expect((await stopped("await new Promise(() => {});")).reply).toMatchObject(INTERRUPTED);
});

test("the library sees the interrupt count, even in a loop that never yields", async () => {
  const ran = await stopped(`
const hook = (globalThis as unknown as Record<symbol, { interrupts: number }>)[Symbol.for("latent.kernel")]!;
const before = hook.interrupts;
while (hook.interrupts === before);
hook.interrupts - before`);
  expect(ran.reply.status).toBe("ok");
  expect(ran.outputs.at(-1)).toMatchObject({ data: { "text/plain": "1" } });
});

test("stops a cell at once on a second interrupt", async () => {
  const ran = await stopped("while (true) {}", async () => {
    await kernel.interrupt();
    await kernel.interrupt();
  });
  expect(ran.reply).toMatchObject(INTERRUPTED);
});

test.each([
  ["a loop that never yields", "while (true) {}"],
  ["an asynchronous loop", "while (true) await sleep(5);"],
])("stops %s on SIGINT, too", async (_, code) => {
  const ran = await stopped(code, () => process.kill(kernel.pid, "SIGINT"));
  expect(ran.reply).toMatchObject(INTERRUPTED);
});

test("has no effect if no cell is running", async () => {
  await kernel.interrupt();
  expect(await valueOf("40 + 2")).toBe("42");
});
