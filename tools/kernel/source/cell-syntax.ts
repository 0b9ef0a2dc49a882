import type { Diagnostic } from "tslab/dist/converter";
import { ts } from "./typescript";

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
}

/**
 * Replaces the word `export` of declarations, and lists of exports, by spaces: a cell exports all that it
 * declares. Positions stay the same.
 */
export function withoutExports(source: string): string {
  let result = source;
  const blank = (start: number, end: number): void => {
    result = result.slice(0, start) + result.slice(start, end).replace(/[^\n]/g, " ") + result.slice(end);
  };
  const file = parse(source);
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) && isPlainList(statement))
      blank(statement.getStart(file), statement.end);
    if (!ts.canHaveModifiers(statement)) continue;
    const [modifier, next] = ts.getModifiers(statement) ?? [];
    const isDefault = next?.kind === ts.SyntaxKind.DefaultKeyword;
    if (modifier?.kind === ts.SyntaxKind.ExportKeyword && !isDefault)
      blank(modifier.getStart(file), modifier.end);
  }
  return result;
}

/** Whether a list exports names of the cell as they are: `export { a, type B };`. */
function isPlainList({ moduleSpecifier, exportClause }: ts.ExportDeclaration): boolean {
  return (
    moduleSpecifier === undefined &&
    exportClause !== undefined &&
    ts.isNamedExports(exportClause) &&
    exportClause.elements.every(({ propertyName }) => propertyName === undefined)
  );
}

/** TypeScript's number for a syntax error in general. */
const SYNTAX_ERROR = 1005;

/** Returns an error for each `import.meta`, which no cell has: it is not a file. */
export function metaErrors(source: string): Diagnostic[] {
  const file = parse(source);
  const errors: Diagnostic[] = [];
  const at = (offset: number): Diagnostic["start"] => ({
    offset,
    ...file.getLineAndCharacterOfPosition(offset),
  });
  const visit = (node: ts.Node): void => {
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword)
      errors.push({
        start: at(node.getStart(file)),
        end: at(node.end),
        messageText:
          "'import.meta' is not available in a cell, which is not a file; " +
          "paths are relative to the notebook's folder, process.cwd().",
        category: ts.DiagnosticCategory.Error,
        code: SYNTAX_ERROR,
      });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return errors;
}
