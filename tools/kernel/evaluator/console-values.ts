import { inspect } from "node:util";
import { shownByLibrary } from "./library-hook";

/** The functions of the console that write their arguments. */
const WRITERS = ["log", "info", "debug", "warn", "error"] as const;

/** A value as the library shows it, wherever Node.js prints it. */
function printable(value: unknown): unknown {
  const text = shownByLibrary(value)?.["text/plain"];
  return typeof text === "string" ? { [inspect.custom]: () => text } : value;
}

/** Makes `console.log` and its like write tensors, distributions and trees as a last expression is shown. */
export function showValuesInConsole(): void {
  for (const name of WRITERS) {
    const write = console[name].bind(console);
    console[name] = (...values: unknown[]) => write(...values.map(printable));
  }
}
