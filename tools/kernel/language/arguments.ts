import { ts } from "../source/typescript";
import type { CellFile } from "./cell-file";
import { signatureHelp, tokenBefore } from "./internals";

/** The call that the cursor is in. */
export interface CallAt {
  readonly help: ts.SignatureHelpItems;
  /** The chosen signature. */
  readonly item: ts.SignatureHelpItem;
  /** Its parameters, from the argument of the cursor on. */
  readonly next: readonly ts.SignatureHelpParameter[];
}

/** The call at whose argument a position of the file is; undefined elsewhere. */
export function callAt({ program, file }: CellFile, position: number): CallAt | undefined {
  const help = signatureHelp(program, file, position);
  const item = help?.items[help.selectedItemIndex];
  if (!help || !item || isTypeList(file, help)) return undefined;
  const last = item.parameters.length - 1;
  const index = item.isVariadic ? Math.min(help.argumentIndex, last) : help.argumentIndex;
  return { help, item, next: item.parameters.slice(index) };
}

/** Whether the list is one of type arguments, `Map<…>`. */
function isTypeList(file: ts.SourceFile, { applicableSpan: { start } }: ts.SignatureHelpItems): boolean {
  return file.text[start - 1] === "<";
}

/** Whether a position is at the start of an argument: after the parenthesis or a comma of a call. */
export function startsArgument({ file }: CellFile, position: number): boolean {
  const token = tokenBefore(file, position);
  if (!token || (token.kind !== ts.SyntaxKind.OpenParenToken && token.kind !== ts.SyntaxKind.CommaToken))
    return false;
  const parent = token.parent.kind === ts.SyntaxKind.SyntaxList ? token.parent.parent : token.parent;
  return ts.isCallExpression(parent) || ts.isNewExpression(parent);
}
