import { bindingNames } from "./live-bindings";
import { ts } from "./typescript";

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile("cell.ts", text, ts.ScriptTarget.ES2022, /* setParentNodes */ true);
}

/**
 * The variables and classes that a cell declares at its top level; they have no value before their line runs.
 */
function declaredNames(source: string): string[] {
  return parse(source).statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => bindingNames(name));
    return ts.isClassDeclaration(statement) && statement.name ? [statement.name.text] : [];
  });
}

/**
 * The declarations after a failed cell, without the names that its code did not reach.
 *
 * @param declarations the declarations after the complete cell.
 * @param source the source of the cell.
 * @param values the values that cells have exported so far.
 */
export function declarationsSoFar(
  declarations: string,
  source: string,
  values: Readonly<Record<string, unknown>>,
): string {
  const missing = new Set(declaredNames(source).filter((name) => values[name] === undefined));
  if (missing.size === 0) return declarations;
  const file = parse(declarations);
  const kept = file.statements.map((statement) => {
    if (ts.isClassDeclaration(statement) && statement.name && missing.has(statement.name.text)) return "";
    if (!ts.isVariableStatement(statement)) return statement.getFullText(file);
    const { declarations: list } = statement.declarationList;
    const present = list.filter(({ name }) => !bindingNames(name).some((bound) => missing.has(bound)));
    if (present.length === list.length) return statement.getFullText(file);
    if (present.length === 0) return "";
    return `\ndeclare let ${present.map((declaration) => declaration.getText(file)).join(", ")};`;
  });
  return `${kept.join("")}\n`;
}
