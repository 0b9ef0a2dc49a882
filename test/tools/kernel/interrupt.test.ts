import { afterAll, beforeAll, expect, it } from "vitest";
import type { Kernel } from "../../../tools/protocol/start-kernel";
import { runCell, START, startTestKernel, until, type Ran } from "./support";

let kernel: Kernel;

beforeAll(async () => {
  kernel = await startTestKernel();
  await kernel.execute("const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));");
}, START);
afterAll(() => kernel.shutdown());

const STARTED = 'console.log("started");';

/** Runs a cell that first prints "started", and stops it then. */
const stopped = async (code: string, stop: () => unknown = () => kernel.interrupt()): Promise<Ran> => {
  let started = false;
  const ran = runCell(kernel, code.includes(STARTED) ? code : `${STARTED}\n${code}`, {
    onMessage: ({ header }) => {
      if (header.msg_type === "stream") started = true;
    },
  });
  await until(() => started);
  await stop();
  return ran;
};

/** The value of an expression, as the kernel shows it. */
const valueOf = async (code: string): Promise<unknown> => {
  const { outputs } = await runCell(kernel, code);
  const result = outputs.find((output) => output.output_type === "execute_result");
  return result?.data["text/plain"];
};

const INTERRUPTED = { status: "error", ename: "Interrupted", evalue: "the cell was interrupted" };

it.each([
  ["a loop that never yields", "while (true) {}", 2],
  ["one behind an await", "await null;\n\nwhile (true) {}", 4],
  ["one in a function", "const spin = () => {\n  for (;;);\n};\nspin();", 3],
  ["one in a timer's callback", "setTimeout(() => {\n  for (;;);\n}, 1);\nawait sleep(60_000);", 3],
  ["one that catches everything", "for (;;) try {\n  JSON.parse('{');\n} catch {}", "[23]"],
])("stops %s, says where it was, and keeps the variables", async (_, code, line) => {
  const ran = await stopped(code);
  expect(ran.reply).toMatchObject(INTERRUPTED);
  expect(ran.traceback).toMatch(new RegExp(`cell \\[${ran.reply.execution_count}\\]:${line}:`));
  expect(await valueOf("typeof sleep")).toBe("function");
});

/** What training of the library does: it looks at the count of interrupts, and needs `ms` to end after one. */
const heeding = (ms: number) => `
  const hook = (globalThis as unknown as Record<symbol, { interrupts: number }>)[Symbol.for("latent.kernel")]!;
  const before = hook.interrupts;
  ${STARTED}
  await new Promise<void>((done) => {
    const look = (): void => void (hook.interrupts === before ? setTimeout(look, 5) : setTimeout(done, ${ms}));
    look();
  });
  const kept = "the model";`;

it("lets a loop of the library that has noticed the interrupt end its work, and the cell with it", async () => {
  const ran = await stopped(heeding(2500)); // longer than code that takes no notice gets
  expect(ran.reply.status).toBe("ok");
  expect(await valueOf("kept")).toBe("the model");
});

it("ends it at once when the person asks again", async () => {
  const begun = Date.now();
  const ran = await stopped(heeding(60_000), async () => {
    const first = kernel.interrupt();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await kernel.interrupt();
    await first;
  });
  expect(ran.reply).toMatchObject(INTERRUPTED);
  expect(Date.now() - begun).toBeLessThan(9_000); // before the patience with a heeding loop would end
});

it("stops an asynchronous loop for good, after its finally block", async () => {
  const ran = await stopped(
    "let turns = 0;\ntry {\n  while (true) {\n    await sleep(5);\n    turns++;\n  }\n} finally {\n  console.log('cleaned up');\n}",
  );
  expect(ran.reply).toMatchObject(INTERRUPTED);
  expect(ran.printed).toBe("started\ncleaned up\n");
  const before = await valueOf("turns");
  expect(await valueOf("await sleep(50);\nturns")).toBe(before);
});

it("stops a loop in a function of an earlier cell, and names its line", async () => {
  const defined = await runCell(
    kernel,
    "let beats = 0;\nconst beat = async () => {\n  for (;;) {\n    await sleep(5);\n    beats++;\n  }\n};",
  );
  const ran = await stopped("await beat();");
  expect(ran.traceback).toContain(`at beat (cell [${defined.reply.execution_count}]:3:`);
  const before = await valueOf("beats");
  expect(await valueOf("await sleep(50);\nbeats")).toBe(before);
});

it("lets a later call of such a function run", async () => {
  await kernel.execute(
    "const twice = async () => { for (let i = 0; i < 2; i++) await null; return 'done'; };",
  );
  await stopped("await new Promise(() => {});");
  expect(await valueOf("await twice()")).toBe("done");
});

it("ends a cell that waits for what never comes", async () => {
  expect((await stopped("await new Promise(() => {});")).reply).toMatchObject(INTERRUPTED);
});

it("shows the library's loops the count, also one that never yields", async () => {
  const ran = await stopped(`
const hook = (globalThis as unknown as Record<symbol, { interrupts: number }>)[Symbol.for("latent.kernel")]!;
const before = hook.interrupts;
while (hook.interrupts === before);
hook.interrupts - before`);
  expect(ran.reply.status).toBe("ok");
  expect(ran.outputs.at(-1)).toMatchObject({ data: { "text/plain": "1" } });
});

it("stops at once when asked a second time", async () => {
  const ran = await stopped("while (true) {}", async () => {
    await kernel.interrupt();
    await kernel.interrupt();
  });
  expect(ran.reply).toMatchObject(INTERRUPTED);
});

it.each([
  ["a loop that never yields", "while (true) {}"],
  ["an asynchronous loop", "while (true) await sleep(5);"],
])("stops %s on SIGINT, too", async (_, code) => {
  const ran = await stopped(code, () => process.kill(kernel.pid, "SIGINT"));
  expect(ran.reply).toMatchObject(INTERRUPTED);
});

it("changes nothing when no cell runs", async () => {
  await kernel.interrupt();
  expect(await valueOf("40 + 2")).toBe("42");
});
