import ts from "@tslab/typescript-for-tslab";

/** A declaration at the top level of a cell. */
export interface Declaration {
  /** The name, or the pattern of a destructuring declaration. */
  readonly name: string;
  /** Its source as a statement of its own. */
  readonly text: string;
}

interface Found extends Declaration {
  readonly names: readonly string[];
  readonly used: ReadonlySet<string>;
}

/**
 * Returns the declarations of a cell that declare one of the names, or use one of them, or use what such a
 * declaration declares, in their order.
 */
export function declarationsUsing(source: string, names: ReadonlySet<string>): Declaration[] {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  const all = file.statements.flatMap((statement) => declarationsIn(statement, file));
  const changed = new Set(names);
  const isAffected = ({ names: own, used }: Found): boolean => [...own, ...used].some((n) => changed.has(n));
  for (let before = -1; before !== changed.size;) {
    before = changed.size;
    for (const name of all.filter(isAffected).flatMap((found) => found.names)) changed.add(name);
  }
  return all.filter(isAffected);
}

function declarationsIn(statement: ts.Statement, file: ts.SourceFile): Found[] {
  if (ts.isVariableStatement(statement)) {
    const { declarationList: list } = statement;
    const keyword = /^\w+/.exec(list.getText(file))?.[0] ?? "const";
    return list.declarations.map((declaration) => ({
      name: declaration.name.getText(file),
      names: identifiersIn(declaration.name),
      used: new Set(declaration.initializer ? identifiersIn(declaration.initializer) : []),
      text: `${keyword} ${declaration.getText(file)};`,
    }));
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  if (!isNamed || !statement.name) return [];
  const name = statement.name.text;
  return [{ name, names: [name], used: new Set(identifiersIn(statement)), text: statement.getText(file) }];
}

/** The identifiers in a node, without the names of properties. */
function identifiersIn(node: ts.Node): string[] {
  if (ts.isIdentifier(node)) return [node.text];
  const found: string[] = [];
  ts.forEachChild(node, (child) => {
    const isProperty =
      (ts.isPropertyAccessExpression(node) || ts.isPropertyAssignment(node)) && child === node.name;
    if (!isProperty) found.push(...identifiersIn(child));
  });
  return found;
}
