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

/** The statements of declarations, with only those variables, functions and classes that `keeps` chooses. */
function filtered(declarations: string, keeps: (name: string) => boolean, keepsOthers: boolean): string {
  const file = parse(declarations);
  const kept = file.statements.map((statement) => {
    const whole = statement.getFullText(file);
    if (ts.isClassDeclaration(statement) || ts.isFunctionDeclaration(statement))
      return statement.name && keeps(statement.name.text) ? whole : "";
    if (!ts.isVariableStatement(statement)) return keepsOthers ? whole : "";
    const { declarations: list } = statement.declarationList;
    const present = list.filter(({ name }) => bindingNames(name).every(keeps));
    if (present.length === list.length) return whole;
    if (present.length === 0) return "";
    return `\ndeclare let ${present.map((declaration) => declaration.getText(file)).join(", ")};`;
  });
  return `${kept.join("")}\n`;
}

/**
 * The declarations after a failed cell: for a name that its code did not reach, those before the cell.
 *
 * @param declarations the declarations after the complete cell.
 * @param source the source of the cell.
 * @param values the values that cells have exported so far.
 * @param unreached the names that the cell declares and did not reach.
 * @param before the declarations before the cell.
 */
export function declarationsSoFar(
  declarations: string,
  source: string,
  values: Readonly<Record<string, unknown>>,
  unreached: ReadonlySet<string>,
  before: string,
): string {
  const isMissing = (name: string): boolean => unreached.has(name) || values[name] === undefined;
  const missing = new Set(declaredNames(source).filter(isMissing));
  if (missing.size === 0) return declarations;
  const isRestored = (name: string): boolean => missing.has(name) && values[name] !== undefined;
  return filtered(declarations, (name) => !missing.has(name), true) + filtered(before, isRestored, false);
}
