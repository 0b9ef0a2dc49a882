import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderPng } from "latent/notebook";
import { type FigureSpec, lineChart, type LineRow } from "latent/plot";
import { median, quantile } from "../statistics";
import { contendersFor, Runner, type PeerName, type Task } from "./contenders";
import { runMatch, type Match, type Timing } from "./match";
import { models } from "./models";
import type { Sizes } from "./model";
import { rowsOf, type Row } from "./rows";

/** The sizes of the MLP VAE at which the time per step is measured. */
const AXES = {
  width: { title: "units of the hidden layers", values: [64, 128, 256, 512, 1024, 2048] },
  batch: { title: "examples in a minibatch", values: [16, 64, 256, 1024] },
} as const;
type Axis = keyof typeof AXES;

const MODEL = "mlp-vae";

/** The peers in the figure; more lines would overlap. */
const SHOWN: readonly PeerName[] = ["jax-jit", "pytorch-eager", "tfjs-eager"];

/** The result of a sweep: rows as in the other comparisons, and figures by name. */
export interface Sweep {
  readonly rows: readonly Row[];
  readonly figures: Readonly<Record<string, FigureSpec>>;
}

/** Measures the time per step of the MLP VAE against the width of its layers and against the batch size. */
export async function sweep(
  names: readonly PeerName[],
  location: Pick<Task, "folder" | "threads" | "device"> & {
    readonly python: string;
    readonly compiler: string;
  },
  timing: Timing,
): Promise<Sweep> {
  const contenders = contendersFor(
    MODEL,
    names.filter((name) => SHOWN.includes(name)),
    location.compiler,
  );
  const runners = contenders.map((contender) => new Runner(contender, location.python, location.device));
  const rows: Row[] = [];
  const figures: Record<string, FigureSpec> = {};
  try {
    for (const axis of ["width", "batch"] as const) {
      const points: LineRow[] = [];
      for (const value of AXES[axis].values) {
        const sizes: Sizes = { ...models[MODEL].sizes, [axis]: value };
        const { folder, threads, device } = location;
        const task = { model: MODEL, sizes, folder, threads, device } as const;
        await runners[0]?.write(task);
        const match = await runMatch(runners, task, timing);
        rows.push(...rowsOf(MODEL, match.measured, `${MODEL}, ${axis} ${value}`));
        points.push(...pointsOf(value, match));
        console.log(`${axis} ${value}: ${formatMatch(match)}`);
      }
      figures[`cost-of-a-step-by-${axis}`] = costFigure(axis, points, timing);
    }
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
  }
  return { rows, figures };
}

function pointsOf(x: number, { measured }: Match): LineRow[] {
  return measured.map(({ contender, rounds }) => ({
    x,
    y: median(rounds),
    lower: quantile(rounds, 0.25),
    upper: quantile(rounds, 0.75),
    series: contender.name,
  }));
}

function formatMatch({ measured }: Match): string {
  return measured
    .map(({ contender, rounds }) => `${contender.name} ${median(rounds).toFixed(2)} ms`)
    .join(", ");
}

function costFigure(axis: Axis, points: readonly LineRow[], { rounds }: Timing): FigureSpec {
  const { batch, width } = models[MODEL].sizes;
  const fixed = axis === "width" ? `batch ${batch}` : `${width} hidden units`;
  return lineChart(points, {
    title: `A training step of the VAE, ${fixed}`,
    interval: `quartiles of ${rounds} rounds`,
    x: { title: AXES[axis].title, unit: null, scale: "log" },
    y: { title: "time per step", unit: "ms", scale: "log" },
  });
}

/** Writes figures as PNGs and as specs into a folder. */
export async function writeFigures(figures: Sweep["figures"], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, spec] of Object.entries(figures)) {
    writeFileSync(join(folder, `${name}.png`), await renderPng(spec));
    writeFileSync(join(folder, `${name}.vl.json`), `${JSON.stringify(spec, null, 2)}\n`);
  }
}
