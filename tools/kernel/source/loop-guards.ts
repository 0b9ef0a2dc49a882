import { inOrder, type Insertion } from "./positions";
import { ts } from "./typescript";

/** The name of the loop guard in the code of cells. */
export const GUARD = "__latentLoop";

function isLoop(node: ts.Node): node is ts.IterationStatement {
  return ts.isIterationStatement(node, /* lookInLabeledStatements */ false);
}

/** Whether `node` awaits something outside the functions that it defines. */
function awaits(node: ts.Node): boolean {
  return (
    ts.isAwaitExpression(node) ||
    (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
    (!ts.isFunctionLike(node) && ts.forEachChild(node, (child) => awaits(child) || undefined) === true)
  );
}

/** Whether `js` awaits something outside its functions. */
export function awaitsAtTop(js: string): boolean {
  return awaits(ts.createSourceFile("cell.js", js, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS));
}

/** The outermost labelled statement of a loop, or the loop. */
function withLabels(loop: ts.Node): ts.Node {
  return ts.isLabeledStatement(loop.parent) ? withLabels(loop.parent) : loop;
}

/**
 * The insertions that make the awaiting loops of `js` stop after an interrupt: each loop stores the number of
 * interrupts at its start and compares it in every iteration. The server terminates loops that do not await.
 */
export function guardLoops(js: string): Insertion[] {
  const file = ts.createSourceFile("cell.js", js, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const insertions: Insertion[] = [];
  const insert = (offset: number, text: string): void => {
    const { line, character } = file.getLineAndCharacterOfPosition(offset);
    insertions.push({ line, column: character, text });
  };
  const visit = (node: ts.Node): void => {
    if (isLoop(node) && awaits(node)) {
      const outer = withLabels(node);
      const name = `${GUARD}${outer.pos}`;
      const body = node.statement;
      insert(outer.getStart(file), `{ const ${name} = ${GUARD}(); `);
      if (ts.isBlock(body)) insert(body.getStart(file) + 1, ` ${GUARD}(${name});`);
      else {
        insert(body.getStart(file), `{ ${GUARD}(${name}); `);
        insert(body.end, " }");
      }
      ts.forEachChild(node, visit);
      insert(outer.end, " }");
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return inOrder(insertions);
}

/** Applies insertions to `js`. */
export function applyInsertions(js: string, insertions: readonly Insertion[]): string {
  if (insertions.length === 0) return js;
  const lines = js.split("\n");
  for (const { line, column, text } of [...insertions].reverse()) {
    const before = lines[line] ?? "";
    lines[line] = before.slice(0, column) + text + before.slice(column);
  }
  return lines.join("\n");
}
