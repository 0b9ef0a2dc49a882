import { envSpeed } from "./env-speed/all";
import { atariSpeed } from "./env-speed/atari";
import { gmmEm } from "./gmm-em";
import { mdnParity } from "./mdn-parity";
import { planning } from "./planners";
import { qLearningCurves } from "./q-learning";
import { soak } from "./soak";
import { trainStep } from "./train-step";
import { vaeParity } from "./vae-parity";

/** The comparisons by name; each returns whether its criterion is met. */
const benches: Readonly<Record<string, (parameters: readonly string[]) => Promise<boolean>>> = {
  "train-step": trainStep,
  "soak": soak,
  "planners": planning,
  "q-learning": qLearningCurves,
  "env-speed": envSpeed,
  "env-speed-atari": atariSpeed,
  "gmm-em": gmmEm,
  "mdn-parity": mdnParity,
  "vae-parity": vaeParity,
};

async function main([name = "", ...parameters]: readonly string[]): Promise<void> {
  const bench = benches[name];
  if (bench === undefined) {
    const names = Object.keys(benches).join(", ");
    throw new Error(`bench: the comparison must be one of ${names}, got "${name}"`);
  }
  if (!(await bench(parameters))) process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
