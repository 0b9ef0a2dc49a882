import { createRequire } from "node:module";
import { createSources } from "../source/sources";
import { mapStacks } from "../errors/stack";
import { createConverter } from "../source/convert-cell";
import { installLibraryHook, type DisplayBundle } from "./library-hook";
import { answer } from "../language/language-service";
import { NOTICED, INTERRUPTS, PHASE } from "../threads/shared-memory";
import type { CellError, ToEvaluator, ToServer } from "../threads/thread-messages";
import { captureStreams } from "./capture-streams";
import { showValuesInConsole } from "./console-values";
import { prepareLibrary } from "./prepare-library";
import { refuseInput } from "./refuse-input";
import { createSession, type OnOutcome } from "./session";
import { smokeCell, type SmokeCell } from "./smoke-cell";
import { describeThrown } from "../errors/traceback";

/** tslab's `display` sends its bundles to this variable of its messaging module. */
function connectTslabDisplay(display: (bundle: DisplayBundle, update: boolean) => void): void {
  const jupyter = createRequire(__filename)("tslab/dist/jupyter") as { lastWriteDisplayData: typeof display };
  jupyter.lastWriteDisplayData = display;
}

/** The cell to run after a parameters cell in smoke mode, or the error of a wrong smoke parameter. */
function smokeCellAfter(code: string): SmokeCell | CellError | undefined {
  try {
    return smokeCell(code);
  } catch (error) {
    const text = `invalid smoke parameters: ${(error as Error).message}`;
    return { ename: "SmokeParameters", evalue: text, traceback: [`SmokeParameters: ${text}`] };
  }
}

/**
 * Loads TypeScript and returns the handler of the server's messages.
 *
 * @param shared the memory shared with the server.
 * @param post sends a message to the server.
 */
export function createEvaluator(
  shared: Int32Array,
  post: (message: ToServer) => void,
): (message: ToEvaluator) => void {
  const sources = createSources();
  const converter = createConverter();
  const interrupts = (): number => Atomics.load(shared, INTERRUPTS);
  const session = createSession({
    converter,
    sources,
    interrupts,
    isInterruptNoticed: () => Atomics.load(shared, NOTICED) === interrupts(),
    setPhase: (phase) => void Atomics.store(shared, PHASE, phase),
  });
  /** The cell that is running or ran last; it also gets the output of its later callbacks. */
  let cell = 0;

  const display = ({ data, metadata, transient }: DisplayBundle, update: boolean): void => {
    const content = JSON.stringify({ data, metadata, transient: transient ?? {} });
    post({ type: "publish", cell, message: update ? "update_display_data" : "display_data", content });
  };

  const reportOutsideCell = (what: string) => (thrown: unknown) => {
    const { traceback } = describeThrown(thrown, sources);
    process.stderr.write(`${what}, outside any cell: ${traceback.join("\n")}\n`);
  };

  const execute = (id: number, code: string, label: string): void => {
    cell = id;
    const finish: OnOutcome = (outcome) => post({ type: "done", id, outcome });
    session.run(code, label, (outcome) => {
      const smoke = outcome.status === "ok" ? smokeCellAfter(code) : undefined;
      if (!smoke) finish(outcome);
      else if ("ename" in smoke) finish({ status: "error", ...smoke });
      else {
        process.stdout.write(`${smoke.notice}\n`);
        session.run(smoke.source, `${label} in smoke mode`, finish);
      }
    });
  };

  captureStreams(() => cell, post);
  installLibraryHook(() => {
    const number = interrupts();
    Atomics.store(shared, NOTICED, number);
    return number;
  }, display);
  connectTslabDisplay(display);
  showValuesInConsole();
  refuseInput();
  mapStacks(sources);
  process.on("uncaughtException", reportOutsideCell("Uncaught error"));
  process.on("unhandledRejection", reportOutsideCell("Unhandled rejection"));

  const giveUpPreparing = prepareLibrary(converter);

  return (message) => {
    switch (message.type) {
      case "execute":
        giveUpPreparing();
        execute(message.id, message.code, message.label);
        break;
      case "ask": {
        const { id, question, content } = message;
        post({ type: "answer", id, content: answer(converter, session.declarations(), question, content) });
        break;
      }
      case "interrupt":
        post({ type: "interrupt received", number: message.number });
        session.interrupt();
        break;
      case "terminated":
        session.terminated(message.frames);
        break;
      case "shutdown":
        process.exit(0);
    }
  };
}
