/** What the two threads of the kernel say to each other: the evaluator runs cells, the server speaks Jupyter. */

import type { Content } from "../../protocol/message";

/** What the server is started with. */
export interface ServerData {
  readonly connectionFile: string;
  /** The number of the process that started the kernel. */
  readonly parent: number;
  /** Over shared memory: interrupts, phase, closed, heeded. */
  readonly shared: Int32Array;
  /** The version of TypeScript in which cells are written. */
  readonly typescript: string;
}

/** Where the main thread was: a place in the JavaScript that runs, lines and columns counted from 1. */
export interface RawFrame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The content of the error message and of a failed reply (messaging specification, "execution errors"). */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** How a cell ended. */
export type Outcome =
  /** `result` is the value of the cell's last expression, as a MIME bundle. */
  { readonly status: "ok"; readonly result?: Content } | ({ readonly status: "error" } & CellError);

/** Requests that the language service answers. */
export type Question = "complete_request" | "inspect_request" | "is_complete_request";

/** From the server to the evaluator. */
export type ToEvaluator =
  | { readonly type: "execute"; readonly id: number; readonly code: string; readonly label: string }
  | { readonly type: "ask"; readonly id: number; readonly question: Question; readonly content: Content }
  | { readonly type: "interrupt"; readonly number: number }
  | { readonly type: "terminated"; readonly frames: readonly RawFrame[] }
  | { readonly type: "shutdown" };

/** From the evaluator to the server; `cell` is the id of the execute request it belongs to. */
export type ToServer =
  | {
      readonly type: "stream";
      readonly cell: number;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  /** A message for iopub; its content is JSON text. */
  | { readonly type: "publish"; readonly cell: number; readonly message: string; readonly content: string }
  | { readonly type: "done"; readonly id: number; readonly outcome: Outcome }
  | { readonly type: "answer"; readonly id: number; readonly content: Content }
  | { readonly type: "alive"; readonly number: number }
  /** The process is about to end. */
  | { readonly type: "exit" };
