import { basename, join } from "node:path";
import { runProgram } from "../system/run-program.mjs";
import { checkout, folders, projectEnvironment } from "../system/paths.mjs";
import { digest } from "../system/stamp.mjs";
import { logOf } from "./step.mjs";

/** The packages in package-lock.json, without their install scripts: none is needed. @type {import("./step.mjs").Step} */
export const nodePackages = {
  name: "node-packages",
  title: () => "npm packages",
  key: () =>
    digest(
      [process.platform, process.arch], // some packages bring machine code
      ["package-lock.json", "package.json", "lib/package.json", "tools/package.json"].map((file) =>
        join(checkout, file),
      ),
    ),
  outputs: [
    join(folders.nodeModules, ".package-lock.json"), // npm writes it last
    join(folders.nodeModules, "latent"),
    join(folders.nodeModules, "typescript"),
  ],
  without: "nothing runs without these packages",
  async run(note) {
    const script = process.env["npm_execpath"]; // npm's own program when npm started us
    const npm = script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
    const [command = "npm", ...first] = npm;
    let fetched = 0;
    await runProgram(
      command,
      [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"],
      {
        doing: "installing the npm packages",
        log: logOf(nodePackages.name),
        env: {
          ...projectEnvironment(),
          npm_config_ignore_scripts: "true",
          npm_config_fetch_retry_mintimeout: "2000", // milliseconds; npm's ten seconds are long for who is offline
        },
        onLine: (line) => {
          const url = /http (?:fetch|cache) (?:GET 200 )?(\S+\.tgz)/.exec(line)?.[1];
          if (url !== undefined) note(`${++fetched} fetched, ${basename(url)}`);
          if (/attempt \d+ failed/.test(line)) note("the package registry does not answer, trying again");
        },
      },
    );
  },
};
