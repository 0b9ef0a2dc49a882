import { describe, expect, test } from "vitest";
import { isFlat, readMessage } from "../../../../tools/grade/channel/read-message";

describe("readMessage", () => {
  test("reads outputs, and of a result nothing about checks", () => {
    const stream = { type: "stream", name: "stdout", text: "[[[[[[{{{" };
    expect(readMessage(JSON.stringify(stream))).toEqual(stream);
    const done = { type: "done", id: "1", end: { status: "ok" }, checks: [{ status: "passed" }] };
    expect(readMessage(JSON.stringify(done))).toEqual({ ...done, checks: [] });
  });

  test("shortens errors", () => {
    const end = {
      status: "error",
      ename: "x".repeat(1e6),
      evalue: "y".repeat(1e6),
      traceback: Array(9).fill("z".repeat(1e5)),
    };
    const read = readMessage(JSON.stringify({ type: "done", id: "1", end, checks: [] }));
    expect(JSON.stringify(read).length).toBeLessThan(50_000);
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    '"done"',
    '{"type":"done"}',
    '{"type":"stream","text":1}',
    '{"type":"refused","what":{}}',
    `${'{"a":'.repeat(9)}1`,
  ])("returns undefined for %s", (line) => expect(readMessage(line)).toBeUndefined());

  test("shortens what an answer asked for", () => {
    const what = "x".repeat(1e6);
    expect(readMessage(JSON.stringify({ type: "refused", what }))).toEqual({
      type: "refused",
      what: "x".repeat(200),
    });
  });

  test("replaces a display that is too deep or too large by a line", () => {
    const shown = (content: string) =>
      readMessage(JSON.stringify({ type: "display", update: false, content }));
    const content = '{"data":{"text/plain":"1"},"metadata":{}}';
    expect(shown(content)).toEqual({ type: "display", update: false, content });
    const notice = {
      type: "stream",
      name: "stderr",
      text: "(a display is too large or too deep to be kept)\n",
    };
    for (const bad of [
      `{"data":${"[".repeat(9000)}${"]".repeat(9000)}}`,
      `[${"{},".repeat(60_000)}{}]`,
      "{",
      "1",
    ])
      expect(shown(bad)).toEqual(notice);
  });

  test("isFlat does not count what stands in strings", () => {
    const limits = { containers: 1, levels: 1 };
    expect(isFlat('{"a":"[[{\\"[[\\\\"}', limits)).toBe(true);
    expect(isFlat('{"a":"\\\\",b:[]}', limits)).toBe(false);
  });
});
