import type { Content, Header } from "../../protocol/message";
import type { Outcome, Question, ToEvaluator, ToServer } from "../threads/thread-messages";
import { createStreams } from "./join-streams";

/** The evaluator as the server calls it. */
export interface EvaluatorCalls {
  /** Runs a cell; `parent` is the request that everything it shows belongs to. */
  readonly execute: (code: string, label: string, parent: Header) => Promise<Outcome>;
  readonly ask: (question: Question, content: Content) => Promise<Content>;
  /** Handles what the evaluator sends. */
  readonly receive: (message: ToServer) => void;
  /** The number of the cell that runs. */
  readonly running: () => number | undefined;
  /** The last interrupt that the evaluator has heard of. */
  readonly heard: () => number;
  /** Sends printed text that waits for more. */
  readonly flush: () => void;
}

type Publish = (type: string, content: Content | string, parent: Header | undefined) => void;

/** Calls to the evaluator through `post`; what cells show goes to `publish`. */
export const createEvaluatorCalls = (
  post: (message: ToEvaluator) => void,
  publish: Publish,
): EvaluatorCalls => {
  const parents = new Map<number, Header>();
  const outcomes = new Map<number, (outcome: Outcome) => void>();
  const answers = new Map<number, (content: Content) => void>();
  let calls = 0;
  let runningCell: number | undefined;
  let heardInterrupt = 0;

  const streams = createStreams((cell, name, text) => {
    publish("stream", { name, text }, parents.get(cell));
  });

  const execute = async (code: string, label: string, parent: Header): Promise<Outcome> => {
    const id = ++calls;
    parents.set(id, parent);
    runningCell = id;
    const outcome = await new Promise<Outcome>((resolve) => {
      outcomes.set(id, resolve);
      post({ type: "execute", id, code, label });
    });
    outcomes.delete(id);
    runningCell = undefined;
    streams.flush();
    return outcome;
  };

  const ask = async (question: Question, content: Content): Promise<Content> => {
    const id = ++calls;
    const reply = await new Promise<Content>((resolve) => {
      answers.set(id, resolve);
      post({ type: "ask", id, question, content });
    });
    answers.delete(id);
    return reply;
  };

  const receive = (message: ToServer): void => {
    if (message.type !== "stream") streams.flush(); // keeps the order in which a cell shows things
    switch (message.type) {
      case "stream":
        streams.write(message.cell, message.name, message.text);
        break;
      case "publish":
        publish(message.message, message.content, parents.get(message.cell));
        break;
      case "done":
        outcomes.get(message.id)?.(message.outcome);
        break;
      case "answer":
        answers.get(message.id)?.(message.content);
        break;
      case "alive":
        heardInterrupt = message.number;
    }
  };

  return {
    execute,
    ask,
    receive,
    running: () => runningCell,
    heard: () => heardInterrupt,
    flush: streams.flush,
  };
};
