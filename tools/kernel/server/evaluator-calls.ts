import type { Content, Header } from "../../protocol/message";
import type { Outcome, Question, ToEvaluator, ToServer } from "../threads/thread-messages";
import { createStreams } from "./join-streams";

/** The calls from the server to the evaluator. */
export interface EvaluatorCalls {
  /** Runs a cell; its outputs are published as replies to `parent`. */
  readonly execute: (code: string, label: string, parent: Header) => Promise<Outcome>;
  /** Passes a request to the language service. */
  readonly ask: (question: Question, content: Content) => Promise<Content>;
  /** Handles a message from the evaluator. */
  readonly receive: (message: ToServer) => void;
  /** The id of the running execute call, if any. */
  readonly running: () => number | undefined;
  /** The number of the last interrupt that the evaluator has received. */
  readonly receivedInterrupt: () => number;
  /** Publishes buffered text of stdout and stderr. */
  readonly flush: () => void;
}

type Publish = (type: string, content: Content | string, parent: Header | undefined) => void;

/** Creates the calls to the evaluator: requests go to `post`, the outputs of cells to `publish`. */
export function createEvaluatorCalls(post: (message: ToEvaluator) => void, publish: Publish): EvaluatorCalls {
  const parents = new Map<number, Header>();
  const outcomes = new Map<number, (outcome: Outcome) => void>();
  const answers = new Map<number, (content: Content) => void>();
  let calls = 0;
  let runningCell: number | undefined;
  let lastInterrupt = 0;

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
    if (message.type !== "stream") streams.flush(); // keeps the order of a cell's outputs
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
      case "interrupt received":
        lastInterrupt = message.number;
    }
  };

  return {
    execute,
    ask,
    receive,
    running: () => runningCell,
    receivedInterrupt: () => lastInterrupt,
    flush: streams.flush,
  };
}
