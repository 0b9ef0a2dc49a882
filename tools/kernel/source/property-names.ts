import type { Insertion } from "./positions";
import { ts } from "./typescript";

/**
 * What makes `{ steps }` into `{ steps: steps }` throughout a cell, and the property names of a pattern into strings:
 * `const { theta: mean } = model` into `const { ["theta"]: mean } = model`.
 *
 * tslab turns a variable of an earlier cell into a property of its exports wherever it finds the identifier. It overlooks it in a
 * shorthand property, which would then be a ReferenceError, and it takes the property names of a pattern for such
 * variables where an earlier cell declares the property, which would then be a SyntaxError.
 */
export const writeOutPropertyNames = (source: string): Insertion[] => {
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
};

/** Whether an expression is assigned to: `{ a }` and `{ b }` in `({ a, c: { b } } = value)`. */
const isTarget = (node: ts.Node): boolean => {
  const { parent } = node;
  if (ts.isBinaryExpression(parent))
    return parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (ts.isForOfStatement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isTarget(parent.parent);
  return (ts.isArrayLiteralExpression(parent) || ts.isParenthesizedExpression(parent)) && isTarget(parent);
};
