/**
 * Functions across the boundary. Both sides have a peer: it gives numbers to the functions that its side
 * passes, calls those of the other side, and answers its calls. While a call waits, the other side may call
 * back.
 */
import { mapTensors, tensorsIn, type Tensor, type Tf } from "./tensors";
import { decode, encode, type Codec, type Encoded } from "./values";

type AnyFunction = (...args: unknown[]) => unknown;

/** One side of the boundary. */
export interface Peer {
  /**
   * Returns the values of names on the other side, in order. In place of one that it does not have, or cannot
   * pass, stands a function that throws.
   */
  readonly read: (request: ReadRequest) => readonly unknown[];
  /** Answers a request of the other side; a promise if the function that it calls returns one. */
  readonly answer: (request: string) => string | Promise<string>;
}

/** Which variables to read. */
export interface ReadRequest {
  readonly exercise: string;
  readonly names: readonly string[];
  /** Whether cells have run since the variables were kept. */
  readonly later: boolean;
}

/** What a peer needs. */
export interface PeerOptions {
  /** Sends a request and returns the reply; requests that come before it are passed to `answer`. */
  readonly ask: (request: string, answer: Peer["answer"]) => string | Promise<string>;
  readonly tf: () => Tf;
  /** Returns the values that the other side may read; by default none. */
  readonly read?: (request: ReadRequest) => Readonly<Record<string, unknown>>;
}

/** An error of the other side, with its name and message only. */
class RemoteError extends Error {}

const MAX_MESSAGE = 2000;
const MAX_NESTING = 50;

function messageOf(error: unknown): readonly [name: string, message: string] {
  try {
    const { name, message } = error as { readonly name?: unknown; readonly message?: unknown };
    const text = typeof message === "string" ? message : String(error);
    return [typeof name === "string" ? name.slice(0, 100) : "Error", text.slice(0, MAX_MESSAGE)];
  } catch {
    return ["Error", "an error whose message cannot be read"];
  }
}

/** Returns a function that throws. */
function throwing(message: string): () => never {
  return () => {
    throw new Error(message.slice(0, MAX_MESSAGE));
  };
}

function failure(error: unknown): string {
  return JSON.stringify(["error", ...messageOf(error)]);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

/** Creates one side of the boundary. */
export function createPeer({ ask, tf, read }: PeerOptions): Peer {
  const own: AnyFunction[] = [];
  const numbers = new Map<unknown, number>();
  const remotes = new Map<number, unknown>();
  const numbersOfRemotes = new Map<unknown, number>();
  let nesting = 0;

  const codec = (): Codec => ({
    tf: tf(),
    functions: {
      numberOf: (f) => {
        const theirs = numbersOfRemotes.get(f);
        if (theirs !== undefined) return ["b", theirs];
        const known = numbers.get(f) ?? own.push(f as AnyFunction) - 1;
        numbers.set(f, known);
        return ["f", known];
      },
      remote: (number) => {
        const known = remotes.get(number);
        if (known !== undefined) return known;
        const f = (...args: unknown[]): unknown => call(number, args);
        remotes.set(number, f);
        numbersOfRemotes.set(f, number);
        return f;
      },
      local: ownFunction,
    },
  });

  function ownFunction(number: unknown): AnyFunction {
    const found = typeof number === "number" ? own[number] : undefined;
    if (found === undefined) throw new TypeError("the other process named a function that does not exist");
    return found;
  }

  const finish = (text: string): unknown => {
    const reply = JSON.parse(text) as unknown;
    if (!Array.isArray(reply)) throw new TypeError("the other process sent an invalid reply");
    const [kind, ...rest] = reply as [unknown, ...Encoded[]];
    if (kind === "error") {
      const [name, message] = rest;
      const error = new RemoteError(String(message).slice(0, MAX_MESSAGE));
      error.name = String(name).slice(0, 100);
      throw error;
    }
    const value = decode(rest[0] ?? null, codec());
    if (kind === "ok") return value;
    if (kind === "later") return Promise.resolve(value);
    throw new TypeError("the other process sent an invalid reply");
  };

  const request = (message: Encoded): unknown => {
    if (nesting >= MAX_NESTING)
      throw new RangeError(`calls between answer and check are nested deeper than ${MAX_NESTING}`);
    nesting += 1;
    try {
      const reply = ask(JSON.stringify(message), answer);
      return typeof reply === "string" ? finish(reply) : reply.then(finish);
    } finally {
      nesting -= 1;
    }
  };

  /** Calls a function of the other side; a tensor that it returns can be differentiated in the arguments. */
  function call(number: number, args: readonly unknown[]): unknown {
    const encoded = encode(args, codec());
    const value = request(["call", number, encoded]);
    const inputs = tensorsIn(tf(), args);
    if (inputs.length === 0 || isPromise(value)) return value;
    let index = 0;
    return mapTensors(tf(), value, (output) => {
      const at = index++;
      const product = (dy: Tensor): Tensor[] => {
        const grads = request(["gradient", number, encoded, at, encode(dy, codec())]);
        return inputs.map(({ shape }, i) => gradientOf(grads, i, shape));
      };
      return tf().customGrad(() => ({ value: output.clone(), gradFunc: product }))(...inputs);
    });
  }

  /** Returns the gradient of one input; zeros if the value does not depend on it. */
  function gradientOf(grads: unknown, at: number, shape: readonly number[]): Tensor {
    const grad = Array.isArray(grads) ? (grads as readonly unknown[])[at] : undefined;
    if (!(grad instanceof tf().Tensor)) return tf().zeros(shape);
    if (grad.shape.join() === shape.join()) return grad;
    throw new TypeError(`a gradient must have the shape [${shape.join()}], got [${grad.shape.join()}]`);
  }

  /** Returns the vector–Jacobian products of a function of this side with respect to its tensors. */
  function gradients(f: AnyFunction, args: readonly unknown[], at: unknown, dy: unknown): unknown[] {
    if (!(dy instanceof tf().Tensor)) throw new TypeError("a gradient needs a tensor");
    const output = (): Tensor => {
      const found = tensorsIn(tf(), f(...args))[Number(at)];
      if (found === undefined) throw new TypeError("the function returns no such tensor");
      return found;
    };
    const inputs = tensorsIn(tf(), args);
    // In one process with the check, this runs inside its backward pass, whose tape it must leave.
    const engine = tf().engine();
    const tape = engine.state.activeTape;
    let grads: readonly (Tensor | null | undefined)[];
    try {
      ({ grads } = engine.gradients(output, inputs, dy, true));
    } finally {
      engine.state.activeTape = tape;
    }
    if (inputs.every((_, i) => grads[i] == null))
      throw new Error("the result of the function does not depend on its tensors in a differentiable way");
    return inputs.map((_, i) => grads[i] ?? null);
  }

  /** Returns one list for each name: empty, with a value, or with the reason why it cannot be passed. */
  const readAll = (values: Readonly<Record<string, unknown>>, names: readonly string[]): Encoded[] =>
    names.map((name) => {
      if (!Object.hasOwn(values, name)) return ["a"];
      try {
        return ["a", encode(values[name], codec())];
      } catch (error) {
        return ["a", null, messageOf(error)[1]];
      }
    });

  const reply = (kind: "ok" | "later", value: unknown): string =>
    JSON.stringify([kind, encode(value, codec())]);

  const serve = (message: unknown): string | Promise<string> => {
    if (!Array.isArray(message)) throw new TypeError("the other process sent an invalid request");
    const [kind, first, ...rest] = message as readonly Encoded[];
    if (kind === "read" && read !== undefined) {
      const what = JSON.parse(String(first)) as ReadRequest;
      return JSON.stringify(["ok", ["a", ...readAll(read(what), what.names)]]);
    }
    const f = ownFunction(first);
    const args = decode(rest[0] ?? null, codec());
    if (!Array.isArray(args)) throw new TypeError("the other process sent no list of arguments");
    if (kind === "gradient") {
      const dy = decode(rest[2] ?? null, codec());
      return reply("ok", gradients(f, args, rest[1], dy));
    }
    if (kind !== "call") throw new TypeError("the other process sent an invalid request");
    const value = f(...(args as unknown[]));
    if (!isPromise(value)) return reply("ok", value);
    return value.then((later) => reply("later", later)).catch(failure);
  };

  function answer(text: string): string | Promise<string> {
    try {
      return serve(JSON.parse(text));
    } catch (error) {
      return failure(error);
    }
  }

  return {
    read: (what) => {
      const items = request(["read", JSON.stringify(what)]);
      return what.names.map((name, i) => {
        const item: unknown = Array.isArray(items) ? (items as readonly unknown[])[i] : undefined;
        const [value, reason] = Array.isArray(item) ? (item as readonly unknown[]) : [];
        if (Array.isArray(item) && item.length === 1) return value;
        return throwing(
          typeof reason === "string" ? `${name}: ${reason}` : `the answer does not declare ${name}`,
        );
      });
    },
    answer,
  };
}
