import { parseArgs } from "node:util";
import { atari } from "./steps/atari.mjs";

/** @typedef {import("./steps/step.mjs").Step} Step */

/** The steps that run only on request. @type {Readonly<Record<string, Step>>} */
export const extras = { atari };

const names = Object.keys(extras).join(", ");

export const usage = `npx latent setup [--with EXTRA]...
Completes the set-up, and retries optional steps that failed. EXTRA is one of: ${names}.`;

/**
 * Reads the options of `latent setup`.
 *
 * @param {readonly string[]} args
 * @returns {readonly Step[] | string} the extra steps, which must succeed, or a text to print instead
 */
export function readSetupOptions(args) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { with: { type: "string", multiple: true }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) return usage;
    return (values.with ?? []).map((name) => {
      const step = Object.hasOwn(extras, name) ? extras[name] : undefined;
      if (step === undefined) throw new Error(`--with must be one of ${names}, got "${name}"`);
      return { ...step, optional: false };
    });
  } catch (error) {
    return `latent setup: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`;
  }
}
