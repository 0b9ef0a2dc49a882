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

/** The content of an output: text, or a MIME bundle. */
export type OutputContent = { readonly text: string } | { readonly bundle: Bundle };

/** An output that differs from the committed one. */
export interface Finding {
  /** The number of the code cell from 1, as in its prompt. */
  readonly cell: number;
  /** The name of the output: `stdout`, `figure elbo-curve`, `result`. */
  readonly output: string;
  readonly changes: readonly Change[];
  readonly expected?: OutputContent;
  readonly got?: OutputContent;
}

function latentOf(output: Output): Json {
  return "metadata" in output ? ((output.metadata["latent"] ?? {}) as Json) : {};
}

function nameOf(output: Output, displays: number): string {
  const { name, check } = latentOf(output);
  if (typeof name === "string") return `figure ${name}`;
  const exercise = (check as Json | undefined)?.["exercise"];
  if (typeof exercise === "string") return `check "${exercise}"`;
  return output.output_type === "execute_result" ? "result" : `display ${displays}`;
}

/** The outputs of a cell by name, with the text of each stream joined. */
function outputsByName(outputs: readonly Output[]): Map<string, OutputContent> {
  const byName = new Map<string, OutputContent>();
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
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, undefined, 1);
}

/** Compares two MIME bundles; of a figure only the spec, from which its image and text are derived. */
function compareBundles(expected: Bundle, got: Bundle, tolerance: Tolerance): Change[] {
  if (VEGA_LITE in expected && VEGA_LITE in got)
    return compareFigures(expected[VEGA_LITE], got[VEGA_LITE], tolerance);
  return [...new Set([...Object.keys(expected), ...Object.keys(got)])].flatMap((mime) => {
    const [a, b] = [expected[mime], got[mime]];
    if (a === undefined || b === undefined)
      return [{ where: "MIME types", expected: a ? mime : NOTHING, got: b ? mime : NOTHING }];
    if (mime === "image/png") return comparePictures(asText(a), asText(b), tolerance);
    return compareText(normalizeDisplay(asText(a)), normalizeDisplay(asText(b)), tolerance);
  });
}

function kindOf(content: OutputContent): string {
  return "text" in content ? "text" : "a display";
}

function compareContents(
  expected: OutputContent | undefined,
  got: OutputContent | undefined,
  tolerance: Tolerance,
): Change[] {
  if (!expected || !got)
    return [{ where: "output", expected: expected ? "present" : NOTHING, got: got ? "present" : NOTHING }];
  if ("text" in expected && "text" in got)
    return compareText(normalizeText(expected.text), normalizeText(got.text), tolerance);
  return "bundle" in expected && "bundle" in got
    ? compareBundles(expected.bundle, got.bundle, tolerance)
    : [{ where: "output", expected: kindOf(expected), got: kindOf(got) }];
}

/**
 * The tolerance of an output; undefined if its content is not compared. Exercise checks are always compared.
 */
function toleranceFor(name: string, { volatile, tolerance, figures }: Rules): Tolerance | undefined {
  if (name.startsWith("check ")) return exact;
  if (volatile) return undefined;
  return figures.get(name.replace(/^figure /, "")) ?? tolerance;
}

/**
 * The outputs in which two executions of a cell differ under the rules that the cell declares.
 *
 * @param number the number of the code cell.
 * @throws if a rule is invalid.
 */
export function compareOutputs({ source, outputs }: Cell, got: readonly Output[], number: number): Finding[] {
  const rules = rulesOf(source);
  const [old, now] = [outputsByName(outputs ?? []), outputsByName(got)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [before, after] = [old.get(name), now.get(name)];
    const tolerance = toleranceFor(name, rules);
    if (tolerance === undefined && (!name.startsWith("figure ") || (before && after))) return [];
    const changes = compareContents(before, after, tolerance ?? exact);
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
}
