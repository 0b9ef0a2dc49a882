#!/usr/bin/env node
// The command `latent`. Only `latent setup` runs uncompiled; set-up compiles the other commands.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { requireNode } from "../setup/system/node-version.mjs";

requireNode();
const [name] = process.argv.slice(2);
const program = new URL("../dist/bin/cli.js", import.meta.url);
if (name === "setup") {
  const { setUpOrExit } = await import("../setup/set-up-or-exit.mjs");
  const { readSetupOptions, usage } = await import("../setup/setup-options.mjs");
  const extras = readSetupOptions(process.argv.slice(3));
  if (typeof extras === "string") {
    console.log(extras);
    process.exit(extras === usage ? 0 : 2);
  }
  await setUpOrExit({ retry: true, extras });
  console.log("Set-up is complete.");
} else if (existsSync(fileURLToPath(program))) {
  await import(program.href);
} else {
  console.error("latent: the tools are not built yet; run `npm start` or `npx latent setup` first.");
  process.exitCode = 1;
}
