import ts from "@tslab/typescript-for-tslab";

function bindingNames(name: ts.BindingName): string[] {
  return ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? bindingNames(element.name) : []));
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
}

/** The names that a source declares at its top level, types excepted. */
export interface DeclaredNames {
  /** Variables and functions. */
  readonly values: readonly string[];
  readonly classes: readonly string[];
  readonly imports: readonly string[];
}

/** Returns the names that the source of a cell declares at its top level. */
export function declaredNames(source: string): DeclaredNames {
  const [values, classes, imports]: [string[], string[], string[]] = [[], [], []];
  for (const statement of parse(source).statements) {
    if (ts.isVariableStatement(statement))
      values.push(...statement.declarationList.declarations.flatMap(({ name }) => bindingNames(name)));
    else if (ts.isFunctionDeclaration(statement) && statement.name) values.push(statement.name.text);
    else if (ts.isClassDeclaration(statement) && statement.name) classes.push(statement.name.text);
    else if (ts.isEnumDeclaration(statement)) values.push(statement.name.text);
    else if (ts.isImportDeclaration(statement)) {
      const { name, namedBindings: bindings } = statement.importClause ?? {};
      if (name) imports.push(name.text);
      if (bindings && ts.isNamespaceImport(bindings)) imports.push(bindings.name.text);
      if (bindings && ts.isNamedImports(bindings))
        imports.push(...bindings.elements.map((element) => element.name.text));
    }
  }
  return { values, classes, imports };
}

/** Returns the identifiers in a source. */
export function identifiersIn(source: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(source));
  return found;
}
