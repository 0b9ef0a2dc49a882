/** What a pair of marker lines encloses. */
export type MarkerKind = "SOLUTION" | "HIDDEN TESTS" | "MARK SCHEME";

/** The lines of a cell from a `// BEGIN …` to its `// END …`, both counted from 1 and part of it. */
export interface Region {
  readonly kind: MarkerKind;
  readonly begin: number;
  readonly end: number;
}

/** Something in a cell that keeps a notebook from being released. */
export class CellProblem extends Error {
  override readonly name = "CellProblem";
  /** @param line counted from 1. */
  constructor(
    readonly line: number,
    why: string,
  ) {
    super(why);
  }
}

const MARKER = /^\s*\/\/ (BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)\s*$/;

/** What was probably meant as a marker: taken for text, it would hand the solution out. */
const ALMOST = /\b(?:BEGIN|END)[\s_-]*(?:SOLUTION|HIDDEN[\s_-]*TEST|MARK[\s_-]*SCHEME)/;
const ALMOST_IN_COMMENT =
  /^\s*(?:\/\/|\/\*|#|<!--)\s*(?:begin|end)[\s_-]*(?:solution|hidden[\s_-]*test|mark[\s_-]*scheme)/i;

/**
 * The marked regions of a cell's source, in order.
 *
 * @throws CellProblem when a marker has no partner, is nested, or is not written exactly.
 */
export function findRegions(source: string): Region[] {
  const regions: Region[] = [];
  let open: { readonly kind: MarkerKind; readonly begin: number } | undefined;
  for (const [index, text] of source.split("\n").entries()) {
    const line = index + 1;
    const [, edge, kind] = (MARKER.exec(text) ?? []) as [unknown?, string?, MarkerKind?];
    if (kind === undefined) {
      if (ALMOST.test(text) || ALMOST_IN_COMMENT.test(text))
        throw new CellProblem(
          line,
          `"${text.trim()}" is almost a marker; write it alone on its line, as in // BEGIN SOLUTION`,
        );
    } else if (edge === "BEGIN") {
      if (open)
        throw new CellProblem(
          line,
          `// BEGIN ${kind} stands inside of what line ${open.begin} begins; put // END ${open.kind} before it`,
        );
      open = { kind, begin: line };
    } else {
      if (open?.kind !== kind)
        throw new CellProblem(
          line,
          `// END ${kind} has no // BEGIN ${kind} before it; add it, or remove this`,
        );
      regions.push({ ...open, end: line });
      open = undefined;
    }
  }
  if (open)
    throw new CellProblem(
      open.begin,
      `// BEGIN ${open.kind} has no // END ${open.kind}; add it where that part ends`,
    );
  return regions;
}

/** The source with each region replaced by lines, which get the indentation of the marker that begins it. */
export function replaceRegions(
  source: string,
  regions: readonly Region[],
  instead: readonly string[],
): string {
  return source
    .split("\n")
    .flatMap((text, index) => {
      const line = index + 1;
      const region = regions.find(({ begin, end }) => begin <= line && line <= end);
      if (!region) return [text];
      const indentation = /^\s*/.exec(text)?.[0] ?? "";
      return line === region.begin ? instead.map((words) => indentation + words) : [];
    })
    .join("\n");
}
