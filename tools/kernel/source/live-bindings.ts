/**
 * Live bindings: what a cell declares at its top level is one variable, for its own functions and for all
 * later cells.
 *
 * tslab's JavaScript reads a variable of an earlier cell as `exports.name` and assigns to it there. The
 * insertion made here tells the session, before the cell's first statement, how to read and to assign those
 * of the cell's own variables that functions use; `exports.name` then stands for them. The others need no
 * more than the value that they have at the cell's end, and stay fast in loops.
 */
import type { Insertion } from "./positions";
import { ts } from "./typescript";

/** The name of the function that receives the bindings in the code of cells. */
export const LIVE = "__latentLive";

/** How to read and assign a variable of a cell; what cannot be assigned has no second function. */
export type Binding = readonly [get: () => unknown, set?: (value: unknown) => void];

/** The bindings of a cell by name. */
export type Bindings = Readonly<Record<string, Binding>>;

/** What a cell exports. */
export interface CellNames {
  /** All names, those of imports and of the last expression included. */
  readonly names: readonly string[];
  /** The insertion that passes the bindings on; none if nothing has to be live. */
  readonly insertions: readonly Insertion[];
  /** The variables of other cells that functions of this cell assign. */
  readonly assigned: readonly string[];
}

/**
 * Finds the names that the JavaScript of a cell exports, and the insertion that makes them live.
 *
 * @param assignedElsewhere the variables that functions of earlier cells assign.
 */
export function liveBindings(js: string, assignedElsewhere: ReadonlySet<string>): CellNames {
  const file = ts.createSourceFile("cell.js", js, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const names = new Set<string>();
  const first = file.statements.find((statement) => !isHeader(statement, names));
  const { used, assigned: written } = insideFunctions(file);
  const assigned = [...written].filter((name) => !names.has(name));
  const bindings = file.statements
    .flatMap(declared)
    .filter(({ name }) => names.has(name) && (used.has(name) || assignedElsewhere.has(name)));
  if (first === undefined || bindings.length === 0) return { names: [...names], insertions: [], assigned };
  const entries = bindings.map(({ name, isConstant }) => {
    const set = isConstant ? "" : `, (${LIVE}Value) => { ${name} = ${LIVE}Value; }`;
    return `${name}: [() => ${name}${set}]`;
  });
  const { line, character } = file.getLineAndCharacterOfPosition(first.getStart(file));
  const text = `${LIVE}({ ${entries.join(", ")} }); `;
  return { names: [...names], insertions: [{ line, column: character, text }], assigned };
}

/**
 * Whether a statement is one of those with which TypeScript starts a module: `Object.defineProperty(exports,
 * "__esModule", …)`, `exports.a = exports.b = void 0` and `exports.f = f` for functions. Adds their names.
 */
function isHeader(statement: ts.Statement, names: Set<string>): boolean {
  if (!ts.isExpressionStatement(statement)) return false;
  let { expression } = statement;
  if (ts.isCallExpression(expression)) {
    const [target, key] = expression.arguments;
    return (
      target !== undefined &&
      ts.isIdentifier(target) &&
      target.text === "exports" &&
      key !== undefined &&
      ts.isStringLiteral(key) &&
      key.text === "__esModule"
    );
  }
  const found: string[] = [];
  while (ts.isBinaryExpression(expression) && isExport(expression.left)) {
    found.push(expression.left.name.text);
    expression = expression.right;
  }
  const [only] = found;
  const isFunction =
    ts.isIdentifier(expression) && expression.text === only && hasFunction(statement.getSourceFile(), only);
  if (only === undefined || !(ts.isVoidExpression(expression) || isFunction)) return false;
  for (const name of found) names.add(name);
  return true;
}

function isExport(node: ts.Node): node is ts.PropertyAccessExpression {
  return (
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === "exports"
  );
}

function hasFunction(file: ts.SourceFile, name: string): boolean {
  return file.statements.some(
    (statement) => ts.isFunctionDeclaration(statement) && statement.name?.text === name,
  );
}

/**
 * The identifiers inside functions and classes, whatever they stand for, and the names `exports.name` there
 * that may be assigned.
 */
function insideFunctions(file: ts.SourceFile): { used: Set<string>; assigned: Set<string> } {
  const [used, assigned] = [new Set<string>(), new Set<string>()];
  const visit = (node: ts.Node, isInside: boolean): void => {
    if (isInside && ts.isIdentifier(node)) used.add(node.text);
    if (isInside && isExport(node) && !isRead(node)) assigned.add(node.name.text);
    const opens = ts.isFunctionLike(node) || ts.isClassLike(node);
    ts.forEachChild(node, (child) => visit(child, isInside || opens));
  };
  visit(file, false);
  return { used, assigned };
}

/** Whether an expression is only read: an operand, an argument, or the object of a call or a property. */
function isRead(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent) || ts.isReturnStatement(parent)) return true;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) return true;
  if (ts.isBinaryExpression(parent)) return parent.right === node || !isAssignment(parent.operatorToken.kind);
  return ts.isVariableDeclaration(parent) || ts.isTemplateSpan(parent) || ts.isArrowFunction(parent);
}

function isAssignment(operator: ts.SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}

/** A variable of a cell. */
interface Declared {
  readonly name: string;
  readonly isConstant: boolean;
}

/** The variables, functions and classes that a statement declares. */
function declared(statement: ts.Statement): Declared[] {
  if (ts.isVariableStatement(statement)) {
    const isConstant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
    const { declarations } = statement.declarationList;
    return declarations.flatMap(({ name }) => bindingNames(name)).map((name) => ({ name, isConstant }));
  }
  const hasName = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return hasName && statement.name ? [{ name: statement.name.text, isConstant: false }] : [];
}

/** The variables that a name or a pattern declares. */
export function bindingNames(name: ts.BindingName): string[] {
  return ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isBindingElement(element) ? bindingNames(element.name) : []));
}
