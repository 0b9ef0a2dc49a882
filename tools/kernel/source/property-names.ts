import type { Insertion } from "./positions";
import { ts } from "./typescript";

/**
 * The insertions that expand shorthand properties, `{ steps }` to `{ steps: steps }`, and quote the property
 * names of patterns, `const { theta: mean } = model` to `const { ["theta"]: mean } = model`.
 *
 * tslab replaces each identifier of a variable from an earlier cell by a property of its exports. It misses
 * shorthand properties, which causes a ReferenceError, and it replaces property names in patterns if an
 * earlier cell declares a variable of that name, which causes a SyntaxError.
 */
export function expandPropertyNames(source: string): Insertion[] {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const insertions: Insertion[] = [];
  const insert = (position: number, text: string): void => {
    const { line, character } = file.getLineAndCharacterOfPosition(position);
    insertions.push({ line, column: character, text });
  };
  const quote = (name: ts.Identifier, after = ""): void => {
    insert(name.getStart(file), '["');
    insert(name.end, `"]${after}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) {
      if (isTarget(node.parent)) quote(node.name, `: ${node.name.text}`);
      else insert(node.name.end, `: ${node.name.text}`);
    } else if (ts.isBindingElement(node) && node.propertyName && ts.isIdentifier(node.propertyName))
      quote(node.propertyName);
    else if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && isTarget(node.parent))
      quote(node.name);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return insertions;
}

/** Whether an expression is an assignment target: `{ a }` and `{ b }` in `({ a, c: { b } } = value)`. */
function isTarget(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent))
    return parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (ts.isForOfStatement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isTarget(parent.parent);
  return (ts.isArrayLiteralExpression(parent) || ts.isParenthesizedExpression(parent)) && isTarget(parent);
}
