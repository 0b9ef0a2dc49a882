import ts from "@tslab/typescript-for-tslab";
import { declaredNames, identifiersIn } from "./declared-names";
import { ReleaseError } from "./markers";

/** The value of a property in an object literal, if it is written there. */
function property(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  return node.properties.find(
    (one): one is ts.PropertyAssignment =>
      ts.isPropertyAssignment(one) && ts.isIdentifier(one.name) && one.name.text === name,
  )?.initializer;
}

/** The expression that a function without a block returns; any other expression as it is. */
function returned(node: ts.Expression): ts.Expression {
  return ts.isArrowFunction(node) && !ts.isBlock(node.body) ? node.body : node;
}

/** Whether an expression is a call of one of these functions, or its negation. */
function isCallOf(node: ts.Expression, names: ReadonlySet<string>): boolean {
  if (ts.isPrefixUnaryExpression(node) || ts.isParenthesizedExpression(node))
    return isCallOf(ts.isPrefixUnaryExpression(node) ? node.operand : node.expression, names);
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && names.has(node.expression.text);
}

function isBoolean(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
}

/** Returns the first check that compares the verdict of an answer with true or false. */
function findVerdict(source: string, names: ReadonlySet<string>): number | undefined {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true);
  const visit = (node: ts.Node): number | undefined => {
    if (ts.isObjectLiteralExpression(node)) {
      const [got, expected] = [property(node, "got"), property(node, "expected")];
      if (got && expected && isBoolean(expected) && isCallOf(returned(got), names))
        return file.getLineAndCharacterOfPosition(got.getStart(file)).line + 1;
    }
    return ts.forEachChild(node, visit);
  };
  return visit(file);
}

/**
 * Checks that the answer to an exercise can be judged in another process than its own, see docs/grading.md.
 *
 * @param answer the source of the exercise with its solution.
 * @param check the source of its check.
 * @throws ReleaseError with the line in the check and the remedy.
 */
export function requireJudgeable(exercise: string, answer: string, check: string): void {
  const { values, classes } = declaredNames(answer);
  const used = identifiersIn(check);
  const [type] = classes.filter((name) => used.has(name));
  if (type !== undefined)
    throw new ReleaseError(
      1,
      `the check of ${exercise} uses the class ${type} of the answer, which cannot be called from another ` +
        "process; let the exercise declare functions of numbers, lists, plain objects and tensors",
    );
  if (!values.some((name) => used.has(name)))
    throw new ReleaseError(
      1,
      `the check of ${exercise} does not name anything that the exercise declares` +
        (values.length > 0 ? ` (${values.join(", ")})` : "") +
        "; call the answer inside this cell, so that a wrong answer fails",
    );
  const line = findVerdict(check, new Set(values));
  if (line !== undefined)
    throw new ReleaseError(
      line,
      `this check of ${exercise} compares a verdict of the answer with true or false, so that a constant ` +
        "passes; compare a list of verdicts on several arguments, such as [1, 2, 3].map((x) => Number(f(x)))",
    );
}
