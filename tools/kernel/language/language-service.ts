import { isCompleteCode, type Converter } from "tslab/dist/converter";
import type { Content } from "../../protocol/message";
import type { Question } from "../threads/thread-messages";
import { complete } from "./complete";
import { inspect } from "./inspect";

/** Jupyter counts a cursor in code points (since 5.2), TypeScript in UTF-16 units. */
function toUnits(code: string, points: number): number {
  return Array.from(code).slice(0, points).join("").length;
}

function toPoints(code: string, units: number): number {
  return Array.from(code.slice(0, units)).length;
}

function completeReply(converter: Converter, declarations: string, code: string, cursor: number): Content {
  const { start, end, candidates } = complete(converter, declarations, code, toUnits(code, cursor));
  const [cursor_start, cursor_end] = [toPoints(code, start), toPoints(code, end)];
  return {
    status: "ok",
    matches: candidates.map(({ text }) => text),
    cursor_start,
    cursor_end,
    // read by JupyterLab, as IPython sends it
    metadata: {
      _jupyter_types_experimental: candidates.map((candidate) => ({
        start: cursor_start,
        end: cursor_end,
        ...candidate,
      })),
    },
  };
}

function inspectReply(converter: Converter, declarations: string, code: string, cursor: number): Content {
  const data = inspect(converter, declarations, code, toUnits(code, cursor));
  return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
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
    if (question === "inspect_request") return inspectReply(converter, declarations, code, cursor);
    return completeReply(converter, declarations, code, cursor);
  } catch {
    return emptyAnswer(question, cursor); // tslab's converter throws on some incomplete code
  }
}
