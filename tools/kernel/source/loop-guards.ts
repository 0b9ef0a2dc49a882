import type { Insertion } from "./positions";
import { ts } from "./typescript";

/** The name under which cell code finds the guard of its loops. */
export const GUARD = "__latentLoop";

const isLoop = (node: ts.Node): node is ts.IterationStatement =>
  ts.isIterationStatement(node, /* lookInLabeledStatements */ false);

/** Whether `node` waits for something itself, not inside a function that it only defines. */
const waits = (node: ts.Node): boolean =>
  ts.isAwaitExpression(node) ||
  (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
  (!ts.isFunctionLike(node) && ts.forEachChild(node, (child) => waits(child) || undefined) === true);

/** The statement that carries the loop's labels, or the loop. */
const labelled = (loop: ts.Node): ts.Node =>
  ts.isLabeledStatement(loop.parent) ? labelled(loop.parent) : loop;

/**
 * What makes the loops of `js` that await stop after an interrupt: each notes the number of interrupts when it
 * starts and compares it in every turn. Loops that do not await are stopped by the server instead.
 */
export const guardLoops = (js: string): Insertion[] => {
  const file = ts.createSourceFile("cell.js", js, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const insertions: Insertion[] = [];
  const insert = (offset: number, text: string): void => {
    const { line, character } = file.getLineAndCharacterOfPosition(offset);
    insertions.push({ line, column: character, text });
  };
  const visit = (node: ts.Node): void => {
    if (isLoop(node) && waits(node)) {
      const outer = labelled(node);
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
  return insertions.sort((a, b) => a.line - b.line || a.column - b.column);
};

/** `js` with the insertions made. */
export const applyInsertions = (js: string, insertions: readonly Insertion[]): string => {
  if (insertions.length === 0) return js;
  const lines = js.split("\n");
  for (const { line, column, text } of [...insertions].reverse()) {
    const before = lines[line] ?? "";
    lines[line] = before.slice(0, column) + text + before.slice(column);
  }
  return lines.join("\n");
};
