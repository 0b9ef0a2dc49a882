import type { Content, Header, Message } from "../../protocol/message";
import type { HistoryEntry } from "./kernel-info";
import type { Outcome } from "../threads/thread-messages";

/** The server functions that running a cell needs. */
export interface ExecuteDependencies {
  readonly run: (code: string, label: string, parent: Header) => Promise<Outcome>;
  readonly publish: (type: string, content: Content, parent: Header) => void;
}

/** Handles execute requests, numbers them and keeps their history. */
export interface ExecuteHandler {
  /** Runs the cell of a request; `stop` means that the requests queued after it are aborted. */
  readonly handle: (request: Message) => Promise<{ readonly reply: Content; readonly stop: boolean }>;
  readonly history: readonly HistoryEntry[];
}

const HISTORY_SESSION = 1;

/** Creates the handler of execute requests (messaging specification, "execute"). */
export function createExecuteHandler({ run, publish }: ExecuteDependencies): ExecuteHandler {
  const history: HistoryEntry[] = [];
  let count = 0;
  let hidden = 0;

  const handle = async ({ header, content }: Message): ReturnType<ExecuteHandler["handle"]> => {
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
}
