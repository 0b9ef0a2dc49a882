import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { useBackend } from "latent";
import type { ControlSuiteTask } from "latent/envs";
import { startPeer, type Peer } from "../peer";
import { peerPython, peersFolder } from "../peer-python";
import { median, table } from "../statistics";
import { PURE, pureRunner, suiteRunner, type Runner } from "./ours";

/** What a row compares with: a request to `peers/env_speed.py`. */
interface Other {
  readonly kind: "gymnasium" | "vector" | "dm_control";
  readonly name: string;
  /** Whether it paints, the number of copies, or the size of a picture. */
  readonly detail: boolean | number;
  readonly steps: number;
}
interface Row {
  readonly name: string;
  readonly ours: () => Promise<Runner>;
  readonly other?: Other;
  /** The least ratio ours / theirs; none for a row that is only shown. */
  readonly least?: number;
}

const [COPIES, STEPS] = [4096, 32];
const SUITE: readonly ControlSuiteTask[] = [
  "cheetah-run",
  "cartpole-swingup",
  "reacher-easy",
  "ball-in-cup-catch",
  "finger-spin",
];
const GYMNASIUM: Readonly<Record<string, string>> = { pendulum: "Pendulum-v1", cartPole: "CartPole-v1" };

function rows(): Row[] {
  const pure = Object.entries(PURE).flatMap(([name, make]): Row[] => {
    const other = GYMNASIUM[name];
    const states = { name, ours: () => Promise.resolve(pureRunner(make(), COPIES, STEPS, false)) };
    const pictures = {
      name: `${name}, pictures`,
      ours: () => Promise.resolve(pureRunner(make(), 64, 16, true)),
    };
    if (other === undefined) return [states, pictures];
    return [
      { ...states, other: { kind: "gymnasium", name: other, detail: false, steps: 8000 }, least: 20 },
      { ...pictures, other: { kind: "gymnasium", name: other, detail: true, steps: 200 }, least: 20 },
    ];
  });
  const vector: Row = {
    name: "cartPole, against a vector of 4096",
    ours: () => Promise.resolve(pureRunner((PURE["cartPole"] as () => never)(), COPIES, STEPS, false)),
    other: { kind: "vector", name: "CartPole-v1", detail: COPIES, steps: COPIES * STEPS },
  };
  const suite = SUITE.flatMap((name) =>
    [0, 64, 84].map((size): Row => {
      const steps = size === 0 ? 1000 : 100;
      return {
        name: size === 0 ? name : `${name}, ${size} × ${size}`,
        ours: () => suiteRunner(name, steps, size),
        other: { kind: "dm_control", name, detail: size, steps: size === 0 ? 1000 : 20 },
        ...(size === 0 ? {} : { least: 1 }),
      };
    }),
  );
  return [...pure, vector, ...suite];
}

/** CPU seconds of f: what one core would take, whatever else the machine does. */
async function timed(f: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage();
  const steps = await f();
  const { user, system } = process.cpuUsage(before);
  return steps / ((user + system) / 1e6);
}

/**
 * Steps of every environment per CPU second, beside Gymnasium and dm_control, alternating.
 *
 * @returns whether every row with a target reaches it, median over rounds.
 */
export async function envSpeed(parameters: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      rounds: { type: "string", default: "5" },
      only: { type: "string", default: "" },
      python: { type: "string" },
    },
  });
  await useBackend();
  const peer = startPeer(peerPython(values.python), join(peersFolder, "env_speed.py"));
  const lines: string[][] = [];
  let reached = true;
  try {
    for (const row of rows().filter(({ name }) => name.includes(values.only))) {
      const { mine, theirs, ratio } = await compare(row, peer, Number(values.rounds));
      if (row.least !== undefined) reached &&= ratio >= row.least;
      const shown = (x: number): string => (Number.isNaN(x) ? "–" : x.toPrecision(3));
      lines.push([row.name, round3(mine), round3(theirs), shown(ratio), shown(row.least ?? NaN)]);
      console.error(lines.at(-1)?.join("  "));
    }
  } finally {
    await peer.close();
  }
  console.log(`${cpus()[0]?.model ?? "unknown processor"}; steps per CPU second, median`);
  console.log(table(["environment", "ours", "Python", "ratio", "target"], lines));
  return reached;
}

function round3(x: number): string {
  return Number.isNaN(x) ? "–" : Number(x.toPrecision(3)).toLocaleString("en");
}

async function compare(
  { ours, other }: Row,
  peer: Peer,
  rounds: number,
): Promise<{ readonly mine: number; readonly theirs: number; readonly ratio: number }> {
  const runner = await ours();
  const ask = async (): Promise<number> => {
    if (other === undefined) return NaN;
    const { seconds } = await peer.ask<{ seconds: number }>(other);
    return other.steps / seconds;
  };
  try {
    await runner.run(); // compiles
    await runner.run();
    await ask();
    const pairs: { readonly mine: number; readonly theirs: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const mine = await timed(() => runner.run());
      pairs.push({ mine, theirs: await ask() });
    }
    return {
      mine: median(pairs.map(({ mine }) => mine)),
      theirs: median(pairs.map(({ theirs }) => theirs)),
      ratio: median(pairs.map(({ mine, theirs }) => mine / theirs)),
    };
  } finally {
    await runner.close();
  }
}
