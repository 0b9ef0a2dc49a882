import type { Insertion } from "./positions";
import { ts } from "./typescript";

/**
 * What makes `{ steps }` into `{ steps: steps }` throughout a cell.
 *
 * tslab turns a variable of an earlier cell into a property of its exports wherever it finds the identifier, but
 * overlooks it in a shorthand property, which would then be a ReferenceError.
 */
export const writeOutShorthand = (source: string): Insertion[] => {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const insertions: Insertion[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isShorthandPropertyAssignment(node)) {
      const { line, character } = file.getLineAndCharacterOfPosition(node.name.end);
      insertions.push({ line, column: character, text: `: ${node.name.text}` });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return insertions;
};
