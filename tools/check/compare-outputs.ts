import type { Bundle, Cell, Output } from "../notebook/document";
import type { Json } from "../notebook/json";
import { VEGA_LITE } from "../notebook/named-figures";
import { NOTHING, type Change } from "./compare/change";
import { compareFigures } from "./figure/compare-figures";
import { normalizeDisplay, normalizeText } from "./compare/normalize";
import { comparePictures } from "./compare/compare-pictures";
import { rulesOf, type Rules } from "./rules";
import { compareText } from "./compare/compare-text";
import { exact, type Tolerance } from "./compare/tolerance";

/** An output as it is compared and shown: a text, or a display in its forms. */
export type Shown = { readonly text: string } | { readonly bundle: Bundle };

/** An output that is not as it was. */
export interface Finding {
  /** The number of the code cell, counted from 1, as its prompt shows it. */
  readonly cell: number;
  /** What it is called: `stdout`, `figure elbo-curve`, `result`. */
  readonly output: string;
  readonly changes: readonly Change[];
  readonly expected?: Shown;
  readonly got?: Shown;
}

const latentOf = (output: Output): Json =>
  "metadata" in output ? ((output.metadata["latent"] ?? {}) as Json) : {};

const nameOf = (output: Output, displays: number): string => {
  const { name, check } = latentOf(output);
  if (typeof name === "string") return `figure ${name}`;
  const exercise = (check as Json | undefined)?.["exercise"];
  if (typeof exercise === "string") return `check "${exercise}"`;
  return output.output_type === "execute_result" ? "result" : `display ${displays}`;
};

/** The outputs of a cell by name; what it prints is put together for each stream. */
const outputsByName = (outputs: readonly Output[]): Map<string, Shown> => {
  const byName = new Map<string, Shown>();
  let displays = 0;
  for (const output of outputs) {
    if (output.output_type === "stream") {
      const before = byName.get(output.name);
      byName.set(output.name, { text: (before && "text" in before ? before.text : "") + output.text });
    } else if (output.output_type === "error") {
      byName.set("error", { text: `${output.ename}: ${output.evalue}` });
    } else {
      const plain = output.output_type === "display_data" && Object.keys(latentOf(output)).length === 0;
      if (plain) displays += 1;
      byName.set(nameOf(output, displays), { bundle: output.data });
    }
  }
  return byName;
};

const asText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value, undefined, 1);

/** A display's forms: a spec stands for its own picture and sentence, which are made of it. */
const compareBundles = (expected: Bundle, got: Bundle, tolerance: Tolerance): Change[] => {
  if (VEGA_LITE in expected && VEGA_LITE in got)
    return compareFigures(expected[VEGA_LITE], got[VEGA_LITE], tolerance);
  return [...new Set([...Object.keys(expected), ...Object.keys(got)])].flatMap((mime) => {
    const [a, b] = [expected[mime], got[mime]];
    if (a === undefined || b === undefined)
      return [{ where: "forms", expected: a ? mime : NOTHING, got: b ? mime : NOTHING }];
    if (mime === "image/png") return comparePictures(asText(a), asText(b), tolerance);
    return compareText(normalizeDisplay(asText(a)), normalizeDisplay(asText(b)), tolerance);
  });
};

const compareShown = (
  expected: Shown | undefined,
  got: Shown | undefined,
  tolerance: Tolerance,
): Change[] => {
  if (!expected || !got)
    return [{ where: "output", expected: expected ? "there" : NOTHING, got: got ? "there" : NOTHING }];
  if ("text" in expected && "text" in got)
    return compareText(normalizeText(expected.text), normalizeText(got.text), tolerance);
  return "bundle" in expected && "bundle" in got
    ? compareBundles(expected.bundle, got.bundle, tolerance)
    : [{ where: "output", expected: "text" in expected ? "a text" : "a display", got: "the other" }];
};

/** Which tolerance an output gets; undefined when its content is not compared. The result of a check always is. */
const toleranceFor = (name: string, { volatile, tolerance, figures }: Rules): Tolerance | undefined => {
  if (name.startsWith("check ")) return exact;
  if (volatile) return undefined;
  return figures.get(name.replace(/^figure /, "")) ?? tolerance;
};

/**
 * The outputs in which two executions of one cell differ, by the rules that the cell declares.
 *
 * @param number of the code cell.
 * @throws when a rule cannot be read.
 */
export const compareOutputs = (
  { source, outputs }: Cell,
  got: readonly Output[],
  number: number,
): Finding[] => {
  const rules = rulesOf(source);
  const [old, now] = [outputsByName(outputs ?? []), outputsByName(got)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [before, after] = [old.get(name), now.get(name)];
    const tolerance = toleranceFor(name, rules);
    if (tolerance === undefined && (!name.startsWith("figure ") || (before && after))) return [];
    const changes = compareShown(before, after, tolerance ?? exact);
    if (changes.length === 0) return [];
    return [
      {
        cell: number,
        output: name,
        changes,
        ...(before ? { expected: before } : {}),
        ...(after ? { got: after } : {}),
      },
    ];
  });
};
