/**
 * A process that trains with this library: reads one JSON request per line and answers with one JSON line.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Backend, tf, tree, useBackend } from "latent";
import {
  PROBLEM_FILES,
  type Device,
  type Failed,
  type Memory,
  type Prepared,
  type Problem,
  type Ran,
  type Request,
} from "./protocol";
import { createStart, makeTrainer, type Trainer } from "./trainer";

let trainer: Trainer | undefined;

async function answer(request: Request): Promise<object> {
  switch (request.do) {
    case "write":
      await useDevice(request.device);
      writeProblem(request);
      return {};
    case "prepare":
      return prepare(request);
    case "run":
      return run(request.steps);
    case "memory":
      return { peakMiB: process.resourceUsage().maxRSS / 1024 } satisfies Memory;
  }
}

/** Selects TensorFlow on the CPU, or the fastest backend if it is on a GPU; an error if it is not. */
async function useDevice(device: Device): Promise<Backend> {
  if (device === "cpu") return useBackend("tensorflow");
  const backend = await useBackend();
  if (backend.device === device) return backend;
  throw new Error(`train-step: no backend runs on a GPU here, the fastest is ${backend.summary}`);
}

async function prepare(request: Request & { do: "prepare" }): Promise<Prepared> {
  const backend = await useDevice(request.device);
  trainer?.dispose();
  trainer = makeTrainer(request.model, request.sizes, request);
  const { milliseconds } = run(1);
  return { version: backend.summary, parameters: trainer.parameters, firstCallMs: milliseconds };
}

function run(steps: number): Ran {
  if (trainer === undefined) throw new Error("train-step: the worker must be prepared before it runs");
  const [before, cpuBefore] = [performance.now(), process.cpuUsage()];
  const loss = trainer.run(steps);
  const milliseconds = performance.now() - before;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { milliseconds, cpuMilliseconds: (user + system) / 1e3, loss };
}

/** Writes the initial parameters and the minibatches for all contenders. */
function writeProblem({ model, sizes, folder }: Request & { do: "write" }): void {
  const { params, batches } = createStart(model, sizes);
  const [first, ...others] = batches;
  const stacked = tree.map((...leaves) => tf.stack(leaves), first, ...others);
  const entries = (of: unknown) => tree.entries(of).map(([path, { shape }]) => ({ path, shape }));
  const header: Problem = { model, parameters: entries(params), batches: entries(stacked) };
  writeFileSync(join(folder, PROBLEM_FILES.header), JSON.stringify(header));
  const values = tree
    .leaves([params, stacked])
    .map((leaf) => Buffer.from(Float32Array.from(leaf.dataSync()).buffer));
  writeFileSync(join(folder, PROBLEM_FILES.values), Buffer.concat(values));
  tree.dispose([params, batches, stacked]);
}

async function serve(): Promise<void> {
  console.log = console.error; // stdout is for the answers
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    const result = await answer(request).catch((error: unknown): Failed => ({
      error: (error as Error).message,
    }));
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}

void serve();
