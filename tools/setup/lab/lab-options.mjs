import { parseArgs } from "node:util";

/** What `npm start -- --help` prints. */
export const usage = `npm start -- [--no-browser] [--port N]

Sets up what is missing, then opens JupyterLab on the folder notebooks and prints its address.
  --no-browser  only print the address
  --port N      serve on this port; by default the first free one from 8888 on
Ctrl-C ends the lab and its kernels.`;

/** @typedef {{ browser: boolean, port: number | undefined }} LabOptions */

/**
 * @param {readonly string[]} args
 * @returns {LabOptions | "help" | string} the options, or what is wrong with the arguments
 */
export function readLabOptions(args) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        "help": { type: "boolean", short: "h" },
        "no-browser": { type: "boolean" },
        "port": { type: "string" },
      },
    });
    if (values.help) return "help";
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
      return `npm start: --port must be a whole number from 1 to 65535, got "${values.port}"`;
    return { browser: !values["no-browser"], port };
  } catch (error) {
    return `npm start: ${error instanceof Error ? error.message : String(error)}`;
  }
}
