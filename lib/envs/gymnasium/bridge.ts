import * as tf from "@tensorflow/tfjs";
import { checkAction, type Space } from "../base/spaces";
import { checkSeed, type Raw } from "../base/stateful";
import { startChild, type Child } from "./child";
import { environmentPython, serverProgram } from "./find-python";
import type { GymnasiumEnvironment, ProcessOptions } from "./environment";
import {
  readJson,
  readReset,
  readSpace,
  readStep,
  type Description,
  type Failure,
  type Layout,
} from "./messages";

/** What the child is asked to make. */
export interface Request {
  readonly make: "gymnasium" | "atari";
  readonly name: string;
  readonly n: number;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Starts the Python process, makes the environment and returns it behind the words of the contract. */
export async function openBridge(
  caller: string,
  request: Request,
  { python: named, timeout = 120 }: ProcessOptions,
): Promise<GymnasiumEnvironment> {
  if (!(timeout > 0)) throw new Error(`${caller}: timeout must be seconds above 0, got ${timeout}`);
  const python = environmentPython(caller, named);
  const { n } = request;

  async function start(): Promise<[Child, Description]> {
    const child = startChild({ caller, python, program: serverProgram(), timeout });
    const message = new TextEncoder().encode(JSON.stringify({ ...request, parent: process.pid }));
    try {
      return [child, readJson(checked(await child.ask(message))) as Description];
    } catch (error) {
      await child.close();
      throw error;
    }
  }

  function checked(body: Uint8Array): Uint8Array {
    if (body[0] === 0) return body;
    throw new Error(`${caller}: ${explain(readJson(body) as Failure, python)}`);
  }

  let [child, description] = await start();
  let closed = false;
  let seen: Raw | undefined; // the last observations
  const actionSpace = readSpace(description.action);
  const observationSpace = readSpace(description.observation);
  const layout: Layout = {
    n,
    dtype: description.dtype,
    space: observationSpace,
    channels: description.channels,
  };

  async function ask(name: string, message: Uint8Array): Promise<Uint8Array> {
    if (closed) throw new Error(`${caller}.${name}: it is closed; open it again`);
    if (seen === undefined && name !== "reset") throw new Error(`${caller}.${name}: call reset first`);
    return checked(await child.ask(message));
  }

  return {
    name: request.name,
    n,
    actionSpace,
    observationSpace,
    async reset(seed) {
      checkSeed(`${caller}.reset`, seed);
      if (!closed && !child.isAlive()) [child, description] = await start();
      const message = new Uint8Array(5);
      message[0] = CALLS.reset;
      new DataView(message.buffer).setUint32(1, seed, true);
      const body = await ask("reset", message);
      const first = readReset(body, layout);
      seen = first.raw;
      return first;
    },
    async step(action) {
      checkAction(`${caller}.step`, actionSpace, action, n);
      const values = await action.data();
      checkValues(`${caller}.step`, actionSpace, values);
      const message = new Uint8Array(1 + values.byteLength);
      message[0] = CALLS.step;
      message.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 1);
      const body = await ask("step", message);
      const moved = readStep(body, seen ?? new Uint8Array(), layout);
      seen = moved.raw;
      return moved;
    },
    async render() {
      const body = await ask("render", Uint8Array.of(CALLS.render));
      const view = new DataView(body.buffer);
      const shape = [n, view.getUint32(8, true), view.getUint32(12, true), 3] as const;
      return tf.tensor4d(
        Float32Array.from(body.subarray(16), (v) => v / 255),
        [...shape],
      );
    },
    async ram() {
      return (await ask("ram", Uint8Array.of(CALLS.ram))).slice(16);
    },
    async close() {
      closed = true;
      await child.close();
    },
  };
}

/** The bytes that name the calls: see `server.py`. */
const CALLS = { reset: 0x52, step: 0x53, render: 0x50, ram: 0x4d } as const; // R, S, P, M

/** Refuses what Python would refuse, or silently take for something else. */
function checkValues(caller: string, space: Space, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (Number.isNaN(value)) throw new Error(`${caller}: action must be a number, got NaN at ${i}`);
    if (space.kind === "discrete" && (value < 0 || value >= space.n))
      throw new Error(`${caller}: action must be from 0 to ${space.n - 1}, got ${value} in row ${i}`);
  }
}

function explain({ kind, message }: Failure, python: string): string {
  switch (kind) {
    case "missing":
      return (
        `${python} lacks a package (${message}); ` +
        "run `npx latent setup --with atari`, or install it there"
      );
    case "unknown": {
      const near = (JSON.parse(message) as string[]).map((name) => `"${name}"`).join(", ");
      return `no environment has this name; ${near === "" ? "check its spelling" : `did you mean ${near}?`}`;
    }
    case "space":
      return (
        `spaces must be a box of numbers or discrete, got the ${message}; ` +
        "wrap it, such as by gymnasium.wrappers.FlattenObservation"
      );
    case "render":
      return `render: ${message}; use gymnasium(…, { options: { render_mode: "rgb_array" } })`;
    case "ram":
      return 'ram: only gymnasium("ALE/…") can read it, not atari or other environments';
    case "error":
      return `Python raised ${message}`;
  }
}
