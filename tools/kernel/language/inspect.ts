import type { Converter } from "tslab/dist/converter";
import type { ts } from "../source/typescript";
import type { Content } from "../../protocol/message";
import { callAt, startsArgument, type CallAt } from "./arguments";
import { currentCell, type CellFile } from "./cell-file";
import { tokenAt } from "./internals";
import {
  declarationText,
  describedParameters,
  describedSections,
  plainText,
  toMarkdown,
  toPlainText,
  type Documentation,
} from "./markdown";
import { optionsAt, optionsOf, type Option } from "./options";

type QuickInfo = ReturnType<Converter["inspect"]>;

/** The signature of the function at a position; undefined if there is none. */
function signatureAt({ checker, file }: CellFile, position: number): ts.Signature | undefined {
  const node = tokenAt(file, position);
  return node === file ? undefined : checker.getTypeAtLocation(node).getCallSignatures()[0];
}

function aboutName(cell: CellFile, position: number, info: QuickInfo): Documentation {
  return {
    declaration: declarationText(info.displayParts),
    text: plainText(info.documentation),
    parameters: describedParameters(info.tags),
    options: optionsOf(cell, signatureAt(cell, position)),
    sections: describedSections(info.tags),
  };
}

/** The function that is called, its parameters from that of the cursor on. */
function aboutCall(cell: CellFile, { help, item, next }: CallAt): Documentation {
  const separator = plainText(item.separatorDisplayParts);
  const parameters = item.parameters.map(({ displayParts }) => plainText(displayParts)).join(separator);
  const { start } = help.applicableSpan;
  return {
    declaration: plainText(item.prefixDisplayParts) + parameters + plainText(item.suffixDisplayParts),
    text: plainText(item.documentation),
    parameters: next.map(({ name, documentation }) => ({ name, text: plainText(documentation) })),
    options: next.some(({ name }) => name === "options") ? optionsOf(cell, signatureAt(cell, start - 2)) : [],
    sections: describedSections(item.tags),
  };
}

/** The option of that name; without one, all options. */
function aboutOptions(options: readonly Option[], name: string): Documentation | undefined {
  const nothing = { text: "", parameters: [], options: [], sections: [] };
  const found = options.find((option) => option.name.replace("?", "") === name);
  if (found) return { ...nothing, declaration: `${found.name}: ${found.type}`, text: found.text };
  const some = options.filter((option) => option.name.startsWith(name));
  if (some.length === 0) return undefined;
  const declaration = `{ ${some.map((option) => `${option.name}: ${option.type}`).join("; ")} }`;
  return { ...nothing, declaration, options: some };
}

function about(cell: CellFile, code: string, offset: number, info: QuickInfo | undefined) {
  const typed = /[\w$]*$/.exec(code.slice(0, offset))?.[0] ?? "";
  const name = typed + (/^[\w$]*/.exec(code.slice(offset))?.[0] ?? "");
  const start = cell.position(offset - typed.length);
  const options = optionsAt(cell, start);
  if (options.length > 0) return aboutOptions(options, name);
  const isKnown = info !== undefined && plainText(info.displayParts) !== "any";
  if (isKnown && name !== "") return aboutName(cell, cell.position(offset), info);
  const call = startsArgument(cell, start) ? callAt(cell, cell.position(offset)) : undefined;
  if (call) return aboutCall(cell, call);
  return isKnown ? aboutName(cell, cell.position(offset), info) : undefined;
}

/** Returns what is known about a name at an offset of a cell, or about the call that it is an argument of. */
export function inspect(
  converter: Converter,
  declarations: string,
  code: string,
  offset: number,
): Content | undefined {
  // tslab's type omits undefined, which it returns if there is nothing at the cursor
  const info = converter.inspect(declarations, code, offset) as QuickInfo | undefined;
  const cell = currentCell();
  const found = cell && about(cell, code, offset, info);
  return found && { "text/markdown": toMarkdown(found), "text/plain": toPlainText(found) };
}
