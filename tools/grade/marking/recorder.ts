import type { Cell, Notebook } from "../../notebook/document";
import { createOutputCollector } from "../../notebook/output-collector";
import type { Message } from "../../protocol/message";
import type { Assignment } from "../assignment/assignment";
import type { CellEnd, FromSandbox } from "../channel/messages";
import type { Answer } from "../assignment/answers";

/** Keeps what each cell has put out, the last time that it ran. */
export interface OutputRecorder {
  /** To call when cell `index` begins; returns what to do with what it shows. */
  readonly begin: (index: number) => (message: FromSandbox) => void;
  readonly fail: (index: number, end: Pick<CellEnd, "ename" | "evalue" | "traceback">) => void;
  /** The assignment with the student's answers and the outputs. */
  readonly notebook: (answers: ReadonlyMap<string, Answer>) => Notebook;
}

/** What of a message the collector reads. */
function asMessage(type: string, content: object): Message {
  return { header: { msg_type: type }, content } as unknown as Message;
}

/** What a notebook's front end would be told. */
function toJupyter(message: FromSandbox, count: number): Message | undefined {
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

/** A recorder for the cells of an assignment. */
export function createOutputRecorder({ notebook, cells }: Assignment): OutputRecorder {
  const collector = createOutputCollector();
  const ran = new Set<number>();

  const shown = (cell: Cell, index: number): Cell =>
    cell.cell_type === "code" && ran.has(index)
      ? { ...cell, outputs: collector.outputs(index), execution_count: index + 1 }
      : cell;

  return {
    begin: (index) => {
      ran.add(index);
      const listen = collector.listener(index);
      listen(asMessage("clear_output", {}));
      return (message) => {
        const told = toJupyter(message, index + 1);
        if (told) listen(told);
      };
    },
    fail: (index, { ename = "Error", evalue = "", traceback = [] }) =>
      collector.append(index, { output_type: "error", ename, evalue, traceback }),
    notebook: (answers) => ({
      ...notebook,
      cells: cells.map(({ cell, exercise, role }, index) => {
        const source = role === "answer" ? answers.get(exercise ?? "")?.source : undefined;
        return shown(source === undefined ? cell : { ...cell, source }, index);
      }),
    }),
  };
}
