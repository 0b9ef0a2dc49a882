import type { Tf } from "../boundary/tensors";
import { createPeer, type Peer, type PeerOptions, type ReadRequest } from "../boundary/peer";
import { recording, replyToBatch } from "../boundary/prefetch";
import { valueIn, type Snapshot, type Variables } from "./variables";

// Answers may replace the globals of their process.
const { fromEntries } = Object;

/** The answers of a notebook, as the other side of the boundary calls them. */
export interface Answers {
  /** Keeps the variables of this moment for the check of an exercise. */
  readonly keep: (exercise: string) => void;
  /** Answers a request of the judge. */
  readonly answer: Peer["answer"];
  /**
   * Returns a stand-in for the judge in this process, whose calls are copied like those from outside.
   *
   * @param calls receives the calls that can be made in advance.
   */
  readonly loopback: (calls?: string[]) => Peer;
}

/**
 * Creates the side of the boundary that has the answers.
 *
 * @param ask sends a request to the judge in another process.
 */
export function createAnswers(variables: Variables, tf: () => Tf, ask: PeerOptions["ask"]): Answers {
  const kept = new Map<string, Snapshot>();
  let current: Peer | undefined;

  /** Returns a new side for each check, so that no function of an earlier one can be called. */
  const open = (askJudge: typeof ask): Peer => {
    return createPeer({
      ask: askJudge,
      tf,
      read: ({ exercise, names, later }: ReadRequest) => {
        const moment = kept.get(exercise) ?? variables.snapshot();
        if (later) variables.restore(moment);
        const known = names.filter((name) => moment.bindings.has(name));
        return fromEntries(known.map((name) => [name, valueIn(moment, name)]));
      },
    });
  };
  return {
    keep: (exercise) => void kept.set(exercise, variables.snapshot()),
    answer: (request) => {
      if (request.startsWith('["read"')) current = open(ask);
      const batch = replyToBatch(request, (call) => current?.answer(call));
      if (batch !== undefined) return batch;
      return current?.answer(request) ?? '["error","Error","no check is running"]';
    },
    loopback: (calls = []) => {
      const judge: Peer = createPeer({ ask: recording((request) => answers.answer(request), calls), tf });
      const answers = open((request) => judge.answer(request));
      return judge;
    },
  };
}
