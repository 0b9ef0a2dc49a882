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
  /** Returns the listener for what only the instructor sees of cell `index`. */
  readonly secret: (index: number) => (message: SandboxMessage) => void;
  /** Returns the released notebook with the student's answers and the outputs. */
  readonly notebook: (answers: ReadonlyMap<string, Answer>) => Notebook;
  /** Returns the instructor's notebook with the student's answers and all outputs. */
  readonly complete: (answers: ReadonlyMap<string, Answer>) => Notebook;
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
  const secret = createOutputCollector();
  const ran = new Set<number>();

  const listener =
    (listen: (message: Message) => void, index: number) =>
    (message: SandboxMessage): void => {
      const output = toJupyter(message, index + 1);
      if (output) listen(output);
    };
  const written = (answers: ReadonlyMap<string, Answer>, isComplete: boolean): Notebook => ({
    ...notebook,
    cells: cells.map(({ cell, exercise, role, isWritten, visible }, index): Cell => {
      const answer = role === "answer" || isWritten ? answers.get(exercise ?? "")?.source : undefined;
      const source = answer ?? (isComplete ? cell.source : (visible ?? cell.source));
      if (cell.cell_type !== "code" || !ran.has(index)) return { ...cell, source };
      const hidden = isComplete ? secret.outputs(index) : [];
      const outputs = [...collector.outputs(index), ...hidden];
      return { ...cell, source, outputs, execution_count: index + 1 };
    }),
  });

  return {
    begin: (index) => {
      ran.add(index);
      const listen = collector.listener(index);
      listen(asMessage("clear_output", {}));
      return listener(listen, index);
    },
    fail: (index, { ename = "Error", evalue = "", traceback = [] }) =>
      collector.append(index, { output_type: "error", ename, evalue, traceback }),
    secret: (index) => {
      const listen = secret.listener(index);
      listen(asMessage("clear_output", {}));
      return listener(listen, index);
    },
    notebook: (answers) => written(answers, false),
    complete: (answers) => written(answers, true),
  };
}
