import type { Cell, Notebook } from "../../notebook/document";
import { createOutputCollector } from "../../notebook/output-collector";
import type { Message } from "../../protocol/message";
import type { Assignment } from "../assignment/assignment";
import type { CellEnd, SandboxMessage } from "../channel/messages";
import type { Answer } from "../assignment/match-cells";

/** Records the outputs of each cell's last run. */
export interface OutputRecorder {
  /** Starts the recording of cell `index`; returns the listener for its messages. */
  readonly begin: (index: number) => (message: SandboxMessage) => void;
  readonly fail: (index: number, end: Pick<CellEnd, "ename" | "evalue" | "traceback">) => void;
  /** Returns the assignment's notebook with the student's answers and the outputs. */
  readonly notebook: (answers: ReadonlyMap<string, Answer>) => Notebook;
}

/** Returns a Jupyter message with only the parts that the collector reads. */
function asMessage(type: string, content: object): Message {
  return { header: { msg_type: type }, content } as unknown as Message;
}

/** Converts a message of the sandbox to a Jupyter message, if it is an output. */
function toJupyter(message: SandboxMessage, count: number): Message | undefined {
  switch (message.type) {
    case "stream":
      return asMessage("stream", { name: message.name, text: message.text });
    case "display": {
      const type = message.update ? "update_display_data" : "display_data";
      return asMessage(type, JSON.parse(message.content) as object);
    }
    case "result":
      return asMessage("execute_result", {
        data: { "text/plain": message.text },
        metadata: {},
        execution_count: count,
      });
    default:
      return undefined;
  }
}

/** Creates a recorder for the cells of an assignment. */
export function createOutputRecorder({ notebook, cells }: Assignment): OutputRecorder {
  const collector = createOutputCollector();
  const ran = new Set<number>();

  const withOutputs = (cell: Cell, index: number): Cell =>
    cell.cell_type === "code" && ran.has(index)
      ? { ...cell, outputs: collector.outputs(index), execution_count: index + 1 }
      : cell;

  return {
    begin: (index) => {
      ran.add(index);
      const listen = collector.listener(index);
      listen(asMessage("clear_output", {}));
      return (message) => {
        const output = toJupyter(message, index + 1);
        if (output) listen(output);
      };
    },
    fail: (index, { ename = "Error", evalue = "", traceback = [] }) =>
      collector.append(index, { output_type: "error", ename, evalue, traceback }),
    notebook: (answers) => ({
      ...notebook,
      cells: cells.map(({ cell, exercise, role }, index) => {
        const source = role === "answer" ? answers.get(exercise ?? "")?.source : undefined;
        return withOutputs(source === undefined ? cell : { ...cell, source }, index);
      }),
    }),
  };
}
