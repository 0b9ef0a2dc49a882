import { isCompleteCode, type Converter } from "tslab/dist/converter";
import { printQuickInfo } from "tslab/dist/inspect";
import type { Content } from "../../protocol/message";
import type { Question } from "../threads/thread-messages";

/** Jupyter counts a cursor in code points (since 5.2), TypeScript in UTF-16 units. */
function toUnits(code: string, points: number): number {
  return Array.from(code).slice(0, points).join("").length;
}

function toPoints(code: string, units: number): number {
  return Array.from(code.slice(0, units)).length;
}

function complete(converter: Converter, declarations: string, code: string, cursor: number): Content {
  const { start, end, candidates } = converter.complete(declarations, code, toUnits(code, cursor));
  return {
    status: "ok",
    matches: candidates,
    cursor_start: toPoints(code, start),
    cursor_end: toPoints(code, end),
    metadata: {},
  };
}

function inspect(converter: Converter, declarations: string, code: string, cursor: number): Content {
  // tslab's type omits undefined, which it returns if there is nothing at the cursor
  const info = converter.inspect(declarations, code, toUnits(code, cursor)) as
    ReturnType<Converter["inspect"]> | undefined;
  const data = info ? { "text/plain": printQuickInfo(info) } : {};
  return { status: "ok", found: info !== undefined, data, metadata: {} };
}

function isComplete(code: string): Content {
  const { completed, indent } = isCompleteCode(code);
  return completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" };
}

function emptyAnswer(question: Question, cursor: number): Content {
  if (question === "is_complete_request") return { status: "unknown" };
  return question === "inspect_request"
    ? { status: "ok", found: false, data: {}, metadata: {} }
    : { status: "ok", matches: [], cursor_start: cursor, cursor_end: cursor, metadata: {} };
}

/** Answers a language request about incomplete code; replies "nothing found" if TypeScript fails. */
export function answer(
  converter: Converter,
  declarations: string,
  question: Question,
  content: Content,
): Content {
  const code = typeof content["code"] === "string" ? content["code"] : "";
  const cursor = typeof content["cursor_pos"] === "number" ? content["cursor_pos"] : 0;
  try {
    if (question === "is_complete_request") return isComplete(code);
    if (question === "inspect_request") return inspect(converter, declarations, code, cursor);
    return complete(converter, declarations, code, cursor);
  } catch {
    return emptyAnswer(question, cursor); // tslab's converter throws on some incomplete code
  }
}
