import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderPng } from "latent/notebook";
import { type FigureSpec, lineChart, type LineRow } from "latent/plot";
import { median, quantile } from "../statistics";
import { contendersFor, Runner, type PeerName, type Task } from "./contenders";
import { play, type Match, type Timing } from "./match";
import { models } from "./models";
import type { Sizes } from "./model";
import { rowsOf, type Row } from "./rows";

/** Sizes of the MLP VAE at which the cost of a step is measured. */
const axes = {
  width: { title: "units of the hidden layers", values: [64, 128, 256, 512, 1024, 2048] },
  batch: { title: "examples in a minibatch", values: [16, 64, 256, 1024] },
} as const;
type Axis = keyof typeof axes;

const MODEL = "mlp-vae";

/** The contenders of the figure; more lines would hide each other. */
const shown: readonly PeerName[] = ["jax-jit", "pytorch-eager", "tfjs-eager"];

/** What a sweep gives: rows as of the other comparisons, and the figures. */
export interface Sweep {
  readonly rows: readonly Row[];
  readonly figures: Readonly<Record<string, FigureSpec>>;
}

/** Measures the cost of a step of the MLP VAE against the width of its layers and against the batch. */
export async function sweep(
  names: readonly PeerName[],
  place: Pick<Task, "folder" | "threads"> & { readonly python: string; readonly compiler: string },
  timing: Timing,
): Promise<Sweep> {
  const contenders = contendersFor(
    MODEL,
    names.filter((name) => shown.includes(name)),
    place.compiler,
  );
  const runners = contenders.map((contender) => new Runner(contender, place.python));
  const rows: Row[] = [];
  const figures: Record<string, FigureSpec> = {};
  try {
    for (const axis of ["width", "batch"] as const) {
      const points: LineRow[] = [];
      for (const value of axes[axis].values) {
        const sizes: Sizes = { ...models[MODEL].sizes, [axis]: value };
        const task = { model: MODEL, sizes, folder: place.folder, threads: place.threads } as const;
        await runners[0]?.write(task);
        const match = await play(runners, task, timing);
        rows.push(...rowsOf(MODEL, match.measured, `${MODEL}, ${axis} ${value}`));
        points.push(...pointsOf(value, match));
        console.log(`${axis} ${value}: ${show(match)}`);
      }
      figures[`cost-of-a-step-by-${axis}`] = figure(axis, points, timing);
    }
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
  }
  return { rows, figures };
}

const pointsOf = (x: number, { measured }: Match): LineRow[] =>
  measured.map(({ contender, rounds }) => ({
    x,
    y: median(rounds),
    lower: quantile(rounds, 0.25),
    upper: quantile(rounds, 0.75),
    series: contender.name,
  }));

const show = ({ measured }: Match): string =>
  measured.map(({ contender, rounds }) => `${contender.name} ${median(rounds).toFixed(2)} ms`).join(", ");

function figure(axis: Axis, points: readonly LineRow[], { rounds }: Timing): FigureSpec {
  const { batch, width } = models[MODEL].sizes;
  const fixed = axis === "width" ? `batch ${batch}` : `${width} hidden units`;
  return lineChart(points, {
    title: `A training step of the VAE, ${fixed}`,
    interval: `quartiles of ${rounds} rounds`,
    x: { title: axes[axis].title, unit: null, scale: "log" },
    y: { title: "time of a step", unit: "ms", scale: "log" },
  });
}

/** Writes figures as pictures and as specs into a folder. */
export async function writeFigures(figures: Sweep["figures"], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, spec] of Object.entries(figures)) {
    writeFileSync(join(folder, `${name}.png`), await renderPng(spec));
    writeFileSync(join(folder, `${name}.vl.json`), `${JSON.stringify(spec, null, 2)}\n`);
  }
}
