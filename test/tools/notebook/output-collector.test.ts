import { expect, test } from "vitest";
import { newHeader, type Content } from "../../../tools/protocol/message";
import { createOutputCollector } from "../../../tools/notebook/output-collector";

function send(
  collector: ReturnType<typeof createOutputCollector>,
  cell: number,
  type: string,
  content: Content,
) {
  collector.listener(cell)({
    identities: [],
    header: newHeader(type, "test"),
    parent: undefined,
    metadata: {},
    content,
  });
}

function shown(text: string, id?: string): Content {
  return {
    data: { "text/plain": text },
    metadata: {},
    transient: id === undefined ? {} : { display_id: id },
  };
}

function display(text: string) {
  return {
    output_type: "display_data",
    data: { "text/plain": text },
    metadata: {},
  };
}

test("joins consecutive text of the same stream", () => {
  const collector = createOutputCollector();
  for (const [name, text] of [
    ["stdout", "a"],
    ["stdout", "b\n"],
    ["stderr", "c"],
    ["stdout", "d"],
  ])
    send(collector, 1, "stream", { name, text });
  expect(collector.outputs(1)).toEqual([
    { output_type: "stream", name: "stdout", text: "ab\n" },
    { output_type: "stream", name: "stderr", text: "c" },
    { output_type: "stream", name: "stdout", text: "d" },
  ]);
});

test("updates displays by their id in any cell, and does not store the id", () => {
  const collector = createOutputCollector();
  send(collector, 1, "display_data", shown("first", "x"));
  send(collector, 1, "display_data", shown("other"));
  send(collector, 2, "display_data", shown("second", "x"));
  send(collector, 2, "update_display_data", shown("new", "x"));
  send(collector, 2, "update_display_data", shown("nobody", "y"));
  expect(collector.outputs(1)).toEqual([display("new"), display("other")]);
  expect(collector.outputs(2)).toEqual([display("new")]);
});

test("clears a cell immediately or at its next output", () => {
  const collector = createOutputCollector();
  send(collector, 1, "display_data", shown("a"));
  send(collector, 1, "clear_output", { wait: true });
  expect(collector.outputs(1)).toEqual([display("a")]);
  send(collector, 1, "display_data", shown("b"));
  expect(collector.outputs(1)).toEqual([display("b")]);
  send(collector, 1, "clear_output", { wait: false });
  expect(collector.outputs(1)).toEqual([]);
});

test("keeps results and errors, and ignores other messages", () => {
  const collector = createOutputCollector();
  send(collector, 3, "status", { execution_state: "busy" });
  send(collector, 3, "execute_result", { ...shown("5"), execution_count: 3 });
  send(collector, 3, "error", { ename: "E", evalue: "v", traceback: ["t"] });
  expect(collector.outputs(3)).toEqual([
    { output_type: "execute_result", data: { "text/plain": "5" }, metadata: {}, execution_count: 3 },
    { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
  ]);
  expect(collector.outputs(4)).toEqual([]);
});
