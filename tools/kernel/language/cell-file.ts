import { join } from "node:path";
import { latestProgram, type ts } from "../source/typescript";

/** tslab's first line in a cell's file. */
const PREFIX = "export {};\n";

/** A cell as TypeScript sees it. */
export interface CellFile {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly file: ts.SourceFile;
  /** The names that this cell and the cells before it declare and import. */
  readonly names: ReadonlySet<string>;
  /** The place in the file of an offset in the cell. */
  readonly position: (offset: number) => number;
  /** The offset in the cell of a place in the file. */
  readonly offset: (position: number) => number;
}

/** The names at the top level of a file, a property that TypeScript's types leave out. */
function localsOf(file: ts.SourceFile | undefined): string[] {
  const { locals } = (file ?? {}) as { readonly locals?: ReadonlyMap<string, unknown> };
  return [...(locals?.keys() ?? [])];
}

/** Returns the cell that was last given to the converter; undefined before the first. */
export function currentCell(): CellFile | undefined {
  const program = latestProgram();
  const file = program?.getSourceFile(join(process.cwd(), "__tslab__.ts"));
  if (!program || !file) return undefined;
  return {
    program,
    checker: program.getTypeChecker(),
    file,
    names: new Set([
      ...localsOf(file),
      ...localsOf(program.getSourceFile(join(process.cwd(), "__prev__.d.ts"))),
    ]),
    position: (offset) => offset + PREFIX.length,
    offset: (position) => position - PREFIX.length,
  };
}
