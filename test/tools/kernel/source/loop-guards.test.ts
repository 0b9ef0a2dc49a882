import { runInThisContext } from "node:vm";
import { expect, test } from "vitest";
import { applyInsertions, GUARD, guardLoops } from "../../../../tools/kernel/source/loop-guards";

function guarded(js: string): string {
  return applyInsertions(js, guardLoops(js));
}

/** Runs guarded code with a guard that counts its calls and stops the code at the tenth iteration. */
async function runGuarded(js: string): Promise<{ value: unknown; checks: number }> {
  let checks = 0;
  const guard = (seen?: number): number => {
    if (seen !== undefined && ++checks >= 10) throw new Error("stopped");
    return 0;
  };
  const run = runInThisContext(`(async (${GUARD}) => {\n${guarded(js)}\n})`) as (
    g: unknown,
  ) => Promise<unknown>;
  const value = await run(guard).catch((error: unknown) => String(error));
  return { value, checks };
}

test.each([
  ["while (true) { await null; }"],
  ["while (true) await null;"],
  ["do { await null; } while (true);"],
  ["for (;;) { await null; }"],
  ["for (;;) if (true) await null; else break;"],
  ["if (true) for (;;) await null; else for (;;) await null;"],
  ["for await (const x of (async function* () { while (true) yield 1; })()) x;"],
  ["while (await true) {}"],
  ["outer: for (;;) { for (;;) { await null; continue outer; } }"],
  ["const turn = async () => { while (true) await null; }; await turn();"],
  ["class A { async run() { for (;;) { await null; } } } await new A().run();"],
  ["switch (1) { case 1: while (true) await null; }"],
])("guards %s", async (js) => {
  expect(await runGuarded(js)).toEqual({ value: "Error: stopped", checks: 10 });
});

test.each([
  ["while (true) { break; }"],
  ["for (const f of [async () => { await null; }]) f();"],
  ["await null;"],
  ["const text = 'while (true) await null;';"],
])("leaves %s as it is", (js) => {
  expect(guarded(js)).toBe(js);
});

test("does not change the result of a loop", async () => {
  const js = `let out = [];
outer: for (var i = 0; i < 3; i++) for (const j of [0, 1]) {
  if (j > i) continue outer;
  if (i === 2) break outer;
  await null; out.push([i, j]);
}
return [out, i];`;
  const { value } = await runGuarded(js);
  expect(value).toEqual([
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
    2,
  ]);
  expect(guarded(js).split("\n")).toHaveLength(js.split("\n").length);
});
