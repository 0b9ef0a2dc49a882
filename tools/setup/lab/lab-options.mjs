import { parseArgs } from "node:util";

/** The help text of `npm start`. */
export const usage = `npm start -- [--no-browser] [--port N]

Completes the set-up, then opens JupyterLab on the folder notebooks and prints its address.
  --no-browser  only print the address
  --port N      serve on this port (default: the first free port from 8888)
Ctrl-C stops JupyterLab and its kernels.`;

/** @typedef {{ browser: boolean, port: number | undefined }} LabOptions */

/**
 * @param {readonly string[]} args
 * @returns {LabOptions | "help" | string} the options, "help", or an error message
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
      return `npm start: --port must be an integer from 1 to 65535, got "${values.port}"`;
    return { browser: !values["no-browser"], port };
  } catch (error) {
    return `npm start: ${error instanceof Error ? error.message : String(error)}`;
  }
}
