/**
 * Calls in advance. A check may call an answer tens of thousands of times, and each call takes a way through
 * three processes. The calls of the run with the solutions are sent together; as long as the check makes the
 * same calls, the replies are there. What is compared does not change.
 */
import type { PeerOptions } from "./peer";

type Ask = PeerOptions["ask"];

const MAX_CALLS = 2000;
const MAX_CHARACTERS = 4 * 1024 ** 2;
/** Fewer calls are not worth it. */
const MIN_CALLS = 50;

/** Whether a request is a call without functions among its arguments. */
function isPlainCall(request: string): boolean {
  return request.startsWith('["call"') && !request.includes('["f",') && !request.includes('["b",');
}

/** Returns `ask`, which also adds each plain call to `calls`. */
export function recording(ask: Ask, calls: string[]): Ask {
  return (request, answer) => {
    if (isPlainCall(request)) calls.push(request);
    return ask(request, answer);
  };
}

/** Returns the request for the replies to several calls. */
function batchFrom(calls: readonly string[], start: number): string {
  const batch: string[] = [];
  for (let i = start, size = 0; i < calls.length && batch.length < MAX_CALLS; i++) {
    const call = calls[i] ?? "";
    size += call.length;
    if (batch.length > 0 && size > MAX_CHARACTERS) break;
    batch.push(call);
  }
  return JSON.stringify(["batch", batch]);
}

function repliesIn(text: string): unknown[] {
  const replies: unknown = JSON.parse(text);
  return Array.isArray(replies) && replies[0] === "ok" && Array.isArray(replies[1])
    ? (replies[1] as unknown[])
    : [];
}

/** Returns `ask`, which fetches the replies to the expected calls together; it passes on all others. */
export function prefetching(ask: Ask, calls: readonly string[]): Ask {
  let isExpected = calls.length >= MIN_CALLS;
  let next = 0;
  const replies: unknown[] = [];
  return (request, answer) => {
    if (!isExpected || !isPlainCall(request)) return ask(request, answer);
    isExpected = request === calls[next];
    if (!isExpected) return ask(request, answer);
    if (next >= replies.length) {
      const fetched = ask(batchFrom(calls, next), answer);
      if (typeof fetched === "string") replies.push(...repliesIn(fetched));
    }
    const reply = replies[next];
    next += 1;
    if (typeof reply === "string") return reply;
    isExpected = false;
    return ask(request, answer);
  };
}

/** Returns the reply to a batch of calls; undefined if the request is none. */
export function replyToBatch(request: string, answer: (call: string) => unknown): string | undefined {
  if (!request.startsWith('["batch"')) return undefined;
  const [, calls] = JSON.parse(request) as readonly [string, readonly string[]];
  return JSON.stringify(["ok", calls.map(answer).map((reply) => (typeof reply === "string" ? reply : null))]);
}
