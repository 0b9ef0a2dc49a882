import { ts } from "../source/typescript";

/** The answer of TypeScript to where in a call the cursor is. */
type SignatureHelp = ts.SignatureHelpItems | undefined;

/** Functions of TypeScript's language service that its types leave out; tslab uses some of them too. */
interface Internals {
  readonly SignatureHelp: {
    readonly getSignatureHelpItems: (
      program: ts.Program,
      file: ts.SourceFile,
      position: number,
      reason: ts.SignatureHelpTriggerReason | undefined,
      token: ts.CancellationToken,
    ) => SignatureHelp;
  };
  readonly findPrecedingToken: (position: number, file: ts.SourceFile) => ts.Node | undefined;
  readonly getTouchingPropertyName: (file: ts.SourceFile, position: number) => ts.Node;
}

const internals = ts as unknown as Internals;

const NEVER: ts.CancellationToken = {
  isCancellationRequested: () => false,
  throwIfCancellationRequested: () => undefined,
};

/** Returns the signatures of the call that a position is in, and the number of its argument. */
export function signatureHelp(program: ts.Program, file: ts.SourceFile, position: number): SignatureHelp {
  return internals.SignatureHelp.getSignatureHelpItems(program, file, position, undefined, NEVER);
}

/** Returns the last token that begins before a position. */
export function tokenBefore(file: ts.SourceFile, position: number): ts.Node | undefined {
  return internals.findPrecedingToken(position, file);
}

/** Returns the name or other token at a position. */
export function tokenAt(file: ts.SourceFile, position: number): ts.Node {
  return internals.getTouchingPropertyName(file, position);
}
