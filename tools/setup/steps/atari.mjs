import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, folders } from "../system/paths.mjs";
import { pip } from "../python/pip.mjs";
import { digest } from "../system/stamp.mjs";
import { logOf } from "./step.mjs";

const requirements = join(checkout, "requirements-atari.txt");

/** In the virtual environment, so that the step runs again when that was created anew. */
const marker = join(folders.venv, "atari-installed.txt");

/** Installs Gymnasium and ALE in the virtual environment; not a part of the usual set-up. */
export const atari = /** @type {import("./step.mjs").Step} */ ({
  name: "atari",
  title: () => "Gymnasium and Atari (ale-py)",
  key: () => digest([], [requirements]),
  outputs: [marker],
  optional: true,
  product: "bridge to Gymnasium and Atari",
  fallback: "environments of Python cannot be opened",
  async run(note) {
    await pip(["install", "-r", requirements], {
      activity: "installing Gymnasium and Atari",
      log: logOf("atari"),
      onLine: (line) => note(/^(Collecting \S+|Installing)/.exec(line)?.[0] ?? "downloading"),
    });
    writeFileSync(marker, "");
  },
});
