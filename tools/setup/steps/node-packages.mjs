import { basename, join } from "node:path";
import { runProgram } from "../system/run-program.mjs";
import { checkout, folders, projectEnvironment } from "../system/paths.mjs";
import { digest } from "../system/stamp.mjs";
import { logOf } from "./step.mjs";

/**
 * Installs the packages in package-lock.json, without their install scripts, which are not needed.
 *
 * @type {import("./step.mjs").Step}
 */
export const nodePackages = {
  name: "node-packages",
  title: () => "npm packages",
  key: () =>
    digest(
      [process.platform, process.arch], // some packages contain native code
      ["package-lock.json", "package.json", "lib/package.json", "tools/package.json"].map((file) =>
        join(checkout, file),
      ),
    ),
  outputs: [
    join(folders.nodeModules, ".package-lock.json"), // npm writes it last
    join(folders.nodeModules, "latent"),
    join(folders.nodeModules, "typescript"),
  ],
  fallback: "nothing runs",
  async run(note) {
    const script = process.env["npm_execpath"]; // the running npm, if npm started this process
    const npm = script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
    const [command = "npm", ...first] = npm;
    let fetched = 0;
    await runProgram(
      command,
      [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=http"],
      {
        activity: "installing the npm packages",
        log: logOf(nodePackages.name),
        env: {
          ...projectEnvironment(),
          npm_config_ignore_scripts: "true",
          npm_config_fetch_retry_mintimeout: "2000", // ms; the default of 10 s is long if the user is offline
        },
        onLine: (line) => {
          const url = /http (?:fetch|cache) (?:GET 200 )?(\S+\.tgz)/.exec(line)?.[1];
          if (url !== undefined) note(`${++fetched} fetched, ${basename(url)}`);
          if (/attempt \d+ failed/.test(line)) note("the package registry does not respond, retrying");
        },
      },
    );
  },
};
