/**
 * Live bindings: what a cell declares at its top level is one variable, for its own functions and for all
 * later cells.
 *
 * tslab's JavaScript reads a variable of an earlier cell as `exports.name` and assigns to it there. The
 * module of a cell, the step before its JavaScript, ends with a list of its exports. Here that list becomes a
 * call before its first statement, which tells the session how to read and to assign each variable;
 * `exports.name` then stands for the variable itself, and the cell's own code uses it as any other.
 */
import { ts, type Emitted } from "./typescript";

/** The name of the function that receives the bindings in the code of cells. */
export const LIVE = "__latentLive";

/** How to read and assign a variable of a cell; what cannot be assigned has no second function. */
export type Binding = readonly [get: () => unknown, set?: (value: unknown) => void];

/** The bindings of a cell by name. */
export type Bindings = Readonly<Record<string, Binding>>;

/** The JavaScript of a cell with live bindings, and its source maps. */
export function withLiveBindings({ module, first, again }: Emitted): Omit<Emitted, "module" | "again"> {
  const map = JSON.parse(first) as { readonly mappings: string };
  const moved = JSON.stringify({ ...map, mappings: `;${map.mappings}` }); // by the line of the bindings
  return { ...again(bindingsFor(module)), first: moved };
}

/** The module of a cell with a line of bindings at its start in place of its exports. */
function bindingsFor(js: string): string {
  const file = ts.createSourceFile("cell.js", js, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const constants = new Set(file.statements.flatMap(constantNames));
  const entries: string[] = [];
  let rest = js;
  for (const statement of [...file.statements].reverse()) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier) continue;
    const { exportClause } = statement;
    if (!exportClause || !ts.isNamedExports(exportClause)) continue;
    for (const { name, propertyName } of exportClause.elements) {
      const { text } = propertyName ?? name;
      const set = constants.has(text) ? "" : `, (${LIVE}Value) => { ${text} = ${LIVE}Value; }`;
      entries.push(`${name.text}: [() => ${text}${set}]`);
    }
    // spaces, so that positions stay the same; what remains without exports is still a module
    const start = statement.getStart(file);
    rest = `${rest.slice(0, start)}${" ".repeat(statement.end - start)}${rest.slice(statement.end)}`;
  }
  return `${LIVE}({ ${entries.join(", ")} }); export {};\n${rest}`;
}

/** The constants and imports that a statement declares. */
function constantNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    const { flags, declarations } = statement.declarationList;
    return flags & ts.NodeFlags.Const ? declarations.flatMap(({ name }) => bindingNames(name)) : [];
  }
  if (!ts.isImportDeclaration(statement) || !statement.importClause) return [];
  const { name, namedBindings } = statement.importClause;
  const inner =
    namedBindings === undefined
      ? []
      : ts.isNamespaceImport(namedBindings)
        ? [namedBindings]
        : namedBindings.elements;
  return [...(name ? [name.text] : []), ...inner.map((element) => element.name.text)];
}

/** The variables that a name or a pattern declares. */
export function bindingNames(name: ts.BindingName): string[] {
  return ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? bindingNames(element.name) : []));
}

/** Whether a variable can be read: a `let`, a `const` or a class cannot before its line has run. */
export function isReached([get]: Binding): boolean {
  try {
    get();
    return true;
  } catch {
    return false;
  }
}
