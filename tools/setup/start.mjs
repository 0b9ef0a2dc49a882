// `npm start`: completes the set-up, then serves the notebooks in JupyterLab.
import { requireNode } from "./system/node-version.mjs";

requireNode();
const { readLabOptions, usage } = await import("./lab/lab-options.mjs");
const options = readLabOptions(process.argv.slice(2));
if (options === "help") console.log(usage);
else if (typeof options === "string") {
  console.error(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  const { setUpOrExit } = await import("./set-up-or-exit.mjs");
  await setUpOrExit();
  const { serveLab } = await import("./lab/lab.mjs");
  process.exitCode = await serveLab(options);
}
