/**
 * The messages between the threads of the kernel: the evaluator runs cells, the server handles Jupyter's
 * protocol.
 */

import type { Content } from "../../protocol/message";

/** The data that the server thread is started with. */
export interface ServerData {
  readonly connectionFile: string;
  /** The id of the process that started the kernel. */
  readonly parent: number;
  /** The shared memory, see shared-memory.ts. */
  readonly shared: Int32Array;
  /** The version of TypeScript that checks the cells. */
  readonly typescript: string;
}

/** A frame of the main thread when it was stopped: a position in the running JavaScript, counted from 1. */
export interface RawFrame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The error of a failed cell (messaging specification, "execution errors"). */
export interface CellError {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

/** The outcome of a cell. */
export type Outcome =
  /** `result` is the value of the cell's last expression as a MIME bundle. */
  { readonly status: "ok"; readonly result?: Content } | ({ readonly status: "error" } & CellError);

/** Requests that the language service answers. */
export type Question = "complete_request" | "inspect_request" | "is_complete_request";

/** Messages from the server to the evaluator. */
export type ToEvaluator =
  | { readonly type: "execute"; readonly id: number; readonly code: string; readonly label: string }
  | { readonly type: "ask"; readonly id: number; readonly question: Question; readonly content: Content }
  | { readonly type: "interrupt"; readonly number: number }
  | { readonly type: "terminated"; readonly frames: readonly RawFrame[] }
  | { readonly type: "shutdown" };

/** Messages from the evaluator to the server; `cell` is the id of the execute call that caused them. */
export type ToServer =
  | {
      readonly type: "stream";
      readonly cell: number;
      readonly name: "stdout" | "stderr";
      readonly text: string;
    }
  /** A message to publish on iopub, with its content serialized as JSON. */
  | { readonly type: "publish"; readonly cell: number; readonly message: string; readonly content: string }
  | { readonly type: "done"; readonly id: number; readonly outcome: Outcome }
  | { readonly type: "answer"; readonly id: number; readonly content: Content }
  | { readonly type: "interrupt received"; readonly number: number }
  /** The process is about to exit. */
  | { readonly type: "exit" };
