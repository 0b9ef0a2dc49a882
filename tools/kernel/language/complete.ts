import type { Converter } from "tslab/dist/converter";
import { callAt, startsArgument } from "./arguments";
import { currentCell, type CellFile } from "./cell-file";
import { plainText } from "./markdown";
import { optionsAt, type Option } from "./options";

/** A completion. */
export interface Candidate {
  readonly text: string;
  /** What it is, in TypeScript's words; "parameter" for one of the called function. */
  readonly type: string;
  /** The parameter or option with its type and description. */
  readonly signature?: string;
}

/** Completions, for the text between two offsets of the cell. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly Candidate[];
}

function described(candidate: Candidate, option: Option | undefined): Candidate {
  if (!option) return candidate;
  const text = option.text === "" ? "" : `: ${option.text}`;
  return { ...candidate, signature: `${option.name}: ${option.type}${text}` };
}

/** The parameters of the called function from that of the cursor on, if an argument starts at `start`. */
function parameters(cell: CellFile, start: number, typed: string): Candidate[] {
  if (!startsArgument(cell, start)) return [];
  return (callAt(cell, start)?.next ?? [])
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, displayParts, documentation }) => {
      const text = plainText(documentation);
      return {
        text: name,
        type: "parameter",
        signature: plainText(displayParts) + (text === "" ? "" : `: ${text}`),
      };
    });
}

/**
 * Returns the completions at an offset of a cell. First come the parameters of the called function, then
 * names of the notebook, then all others; properties and options are in TypeScript's order.
 */
export function complete(
  converter: Converter,
  declarations: string,
  code: string,
  offset: number,
): Completions {
  const { start, end, candidates, original } = converter.complete(declarations, code, offset);
  const kinds = new Map((original?.entries ?? []).map(({ name, kind }) => [name, kind]));
  const found = candidates.map((text) => ({ text, type: kinds.get(text) ?? "" }));
  const cell = currentCell();
  if (!cell) return { start, end, candidates: found };
  if (original?.isMemberCompletion === true) {
    const options = new Map(optionsAt(cell, cell.position(start)).map((o) => [o.name.replace("?", ""), o]));
    return { start, end, candidates: found.map((each) => described(each, options.get(each.text))) };
  }
  const first = parameters(cell, cell.position(start), code.slice(start, offset));
  const isFirst = new Set(first.map(({ text }) => text));
  const rest = found.filter(({ text }) => !isFirst.has(text));
  const isOwn = ({ text }: Candidate): boolean => cell.names.has(text);
  const own = rest.filter(isOwn);
  return { start, end, candidates: [...first, ...own, ...rest.filter((one) => !isOwn(one))] };
}
