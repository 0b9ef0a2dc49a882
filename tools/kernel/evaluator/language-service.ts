import { isCompleteCode, type Converter } from "tslab/dist/converter";
import { printQuickInfo } from "tslab/dist/inspect";
import type { Content } from "../../protocol/message";
import type { Question } from "../threads/thread-messages";

/** Jupyter counts a cursor in code points (since 5.2), TypeScript in UTF-16 units. */
const toUnits = (code: string, points: number): number => Array.from(code).slice(0, points).join("").length;
const toPoints = (code: string, units: number): number => Array.from(code.slice(0, units)).length;

const complete = (converter: Converter, declarations: string, code: string, cursor: number): Content => {
  const { start, end, candidates } = converter.complete(declarations, code, toUnits(code, cursor));
  return {
    status: "ok",
    matches: candidates,
    cursor_start: toPoints(code, start),
    cursor_end: toPoints(code, end),
    metadata: {},
  };
};

const inspect = (converter: Converter, declarations: string, code: string, cursor: number): Content => {
  // tslab's declaration leaves out that there may be nothing at the cursor
  const info = converter.inspect(declarations, code, toUnits(code, cursor)) as
    ReturnType<Converter["inspect"]> | undefined;
  const data = info ? { "text/plain": printQuickInfo(info) } : {};
  return { status: "ok", found: info !== undefined, data, metadata: {} };
};

const isComplete = (code: string): Content => {
  const { completed, indent } = isCompleteCode(code);
  return completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" };
};

const nothing = (question: Question, cursor: number): Content => {
  if (question === "is_complete_request") return { status: "unknown" };
  return question === "inspect_request"
    ? { status: "ok", found: false, data: {}, metadata: {} }
    : { status: "ok", matches: [], cursor_start: cursor, cursor_end: cursor, metadata: {} };
};

/** The answer to a question about code that is being written; "nothing found" where TypeScript has none. */
export const answer = (
  converter: Converter,
  declarations: string,
  question: Question,
  content: Content,
): Content => {
  const code = typeof content["code"] === "string" ? content["code"] : "";
  const cursor = typeof content["cursor_pos"] === "number" ? content["cursor_pos"] : 0;
  try {
    if (question === "is_complete_request") return isComplete(code);
    if (question === "inspect_request") return inspect(converter, declarations, code, cursor);
    return complete(converter, declarations, code, cursor);
  } catch {
    return nothing(question, cursor); // tslab's converter throws on some half-written code
  }
};
