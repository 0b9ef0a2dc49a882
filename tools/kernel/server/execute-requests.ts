import type { Content, Header, Message } from "../../protocol/message";
import type { HistoryEntry } from "./kernel-info";
import type { Outcome } from "../threads/thread-messages";

/** What running a cell needs from the server. */
export interface ExecuteParts {
  readonly run: (code: string, label: string, parent: Header) => Promise<Outcome>;
  readonly publish: (type: string, content: Content, parent: Header) => void;
}

/** Answers execute requests, counts them and remembers their sources. */
export interface Execute {
  /** Runs the cell of a request; `failed` says that requests behind it are to be aborted. */
  readonly handle: (request: Message) => Promise<{ readonly reply: Content; readonly stop: boolean }>;
  readonly history: readonly HistoryEntry[];
}

const HISTORY_SESSION = 1;

/** The handler of execute requests (messaging specification, "execute"). */
export const createExecute = ({ run, publish }: ExecuteParts): Execute => {
  const history: HistoryEntry[] = [];
  let count = 0;
  let hidden = 0;

  const handle = async ({ header, content }: Message): ReturnType<Execute["handle"]> => {
    const code = typeof content["code"] === "string" ? content["code"] : "";
    const silent = content["silent"] === true;
    const stored = !silent && content["store_history"] !== false;
    if (stored) {
      count += 1;
      history.push([HISTORY_SESSION, count, code]);
    }
    const execution_count = count;
    const label = stored ? `cell [${count}]` : `hidden cell ${++hidden}`;
    if (!silent) publish("execute_input", { code, execution_count }, header);
    const outcome = await run(code, label, header);
    if (outcome.status === "ok") {
      if (outcome.result !== undefined && !silent)
        publish("execute_result", { data: outcome.result, metadata: {}, execution_count }, header);
      return { reply: { status: "ok", execution_count, payload: [], user_expressions: {} }, stop: false };
    }
    const { ename, evalue, traceback } = outcome;
    if (!silent) publish("error", { ename, evalue, traceback }, header);
    return { reply: { ...outcome, execution_count }, stop: content["stop_on_error"] !== false };
  };

  return { handle, history };
};
