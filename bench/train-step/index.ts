import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { contendersFor, Runner, type Task } from "./contenders";
import { formatLoad, formatProcessor } from "./machine";
import { runMatch } from "./match";
import { models, type ModelName } from "./models";
import type { BenchModel } from "./model";
import { readOptions, type TrainStepOptions } from "./options";
import { contenderTable, ratioTable } from "./report";
import { findDifferences, rowsOf, type Row } from "./rows";
import { sweep, writeFigures } from "./sweep";

/**
 * Times a training step of this library and of its peers, alternating, and prints the ratios.
 *
 * @returns whether all contenders trained the same model and all ratios are within their targets.
 */
export async function trainStep(parameters: readonly string[]): Promise<boolean> {
  const options = readOptions(parameters);
  const folder = mkdtempSync(join(tmpdir(), "latent-bench-"));
  const threads = availableParallelism();
  const rows: Row[] = [];
  let agree = true;
  try {
    console.log(formatProcessor());
    console.log(`${threads} threads per library; ${options.timing.rounds} rounds; ${formatLoad()}`);
    for (const name of options.models) {
      const result = await compareModel(name, { folder, threads, device: options.device }, options);
      rows.push(...result.rows);
      agree &&= result.agree;
    }
    if (options.sweep) {
      const { timing, compiler, python, device } = options;
      console.log("\n## time per step against the size of the model\n");
      const shorter = { ...timing, rounds: Math.max(4, Math.round(timing.rounds / 2)) };
      const result = await sweep(options.peers, { folder, threads, device, python, compiler }, shorter);
      rows.push(...result.rows);
      await writeFigures(result.figures, options.figures);
      console.log(`figures: ${options.figures}`);
    }
    console.log(`\n${ratioTable(rows.filter(({ target }) => target !== null))}\n${formatLoad()}`);
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
    return agree && rows.every(({ ratio, target }) => target === null || ratio <= target);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compares the contenders on one model, each in a separate process, and prints the result. */
async function compareModel(
  name: ModelName,
  location: Pick<Task, "folder" | "threads" | "device">,
  { peers, timing, compiler, python }: TrainStepOptions,
): Promise<{ rows: Row[]; agree: boolean }> {
  const model: BenchModel = models[name];
  console.log(`\n## ${name}: ${model.describe(model.sizes)}\n`);
  const contenders = contendersFor(name, peers, compiler, model.stepsPerCall);
  const runners = contenders.map((contender) => new Runner(contender, python, location.device));
  try {
    const task = { model: name, sizes: model.sizes, ...location };
    await runners[0]?.write(task);
    const { measured, failures } = await runMatch(runners, task, timing);
    const rows = rowsOf(name, measured);
    const differences = findDifferences(name, measured);
    const versions = new Set(measured.map(({ prepared }) => prepared.version));
    console.log(`${measured[0]?.prepared.parameters ?? 0} parameters; ${[...versions].join("; ")}\n`);
    console.log(`${contenderTable(measured)}\n\n${ratioTable(rows)}`);
    for (const [contender, reason] of Object.entries(failures))
      console.log(`\n${contender} failed: ${reason}`);
    for (const difference of differences) console.log(`\nNOT THE SAME MODEL: ${difference}`);
    return { rows, agree: differences.length === 0 };
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
  }
}
