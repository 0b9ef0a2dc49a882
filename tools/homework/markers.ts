/** The kind of a region between two marker lines. */
export type MarkerKind = "SOLUTION" | "HIDDEN TESTS" | "MARK SCHEME";

/** The lines of a cell from `// BEGIN …` to `// END …`, both inclusive and counted from 1. */
export interface Region {
  readonly kind: MarkerKind;
  readonly begin: number;
  readonly end: number;
}

/** A mistake in a cell because of which the notebook cannot be released. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
  /** @param line counted from 1. */
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

const MARKER = /^\s*\/\/ (BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)\s*$/;

/** Lines probably meant as markers: treating them as text would release the solution. */
const NEAR_MISS = /\b(?:BEGIN|END)[\s_-]*(?:SOLUTION|HIDDEN[\s_-]*TEST|MARK[\s_-]*SCHEME)/;
const NEAR_MISS_IN_COMMENT =
  /^\s*(?:\/\/|\/\*|#|<!--)\s*(?:begin|end)[\s_-]*(?:solution|hidden[\s_-]*test|mark[\s_-]*scheme)/i;

/**
 * Returns the marked regions of a source, in order.
 *
 * @throws ReleaseError if a marker has no counterpart, is nested, or is misspelled.
 */
export function findRegions(source: string): Region[] {
  const regions: Region[] = [];
  let open: { readonly kind: MarkerKind; readonly begin: number } | undefined;
  for (const [index, text] of source.split("\n").entries()) {
    const line = index + 1;
    const [, edge, kind] = (MARKER.exec(text) ?? []) as [unknown?, string?, MarkerKind?];
    if (kind === undefined) {
      if (NEAR_MISS.test(text) || NEAR_MISS_IN_COMMENT.test(text))
        throw new ReleaseError(
          line,
          `"${text.trim()}" is not exactly a marker; write it as // BEGIN SOLUTION, alone on its line`,
        );
    } else if (edge === "BEGIN") {
      if (open)
        throw new ReleaseError(
          line,
          `// BEGIN ${kind} is inside the region that begins in line ${open.begin}; ` +
            `add // END ${open.kind} before it`,
        );
      open = { kind, begin: line };
    } else {
      if (open?.kind !== kind)
        throw new ReleaseError(
          line,
          `// END ${kind} has no matching // BEGIN ${kind}; add that, or remove this line`,
        );
      regions.push({ ...open, end: line });
      open = undefined;
    }
  }
  if (open)
    throw new ReleaseError(
      open.begin,
      `// BEGIN ${open.kind} has no matching // END ${open.kind}; add it at the end of the region`,
    );
  return regions;
}

/** Replaces each region of a source by `replacement`, indented like the region's first marker. */
export function replaceRegions(
  source: string,
  regions: readonly Region[],
  replacement: readonly string[],
): string {
  return source
    .split("\n")
    .flatMap((text, index) => {
      const line = index + 1;
      const region = regions.find(({ begin, end }) => begin <= line && line <= end);
      if (!region) return [text];
      const indentation = /^\s*/.exec(text)?.[0] ?? "";
      return line === region.begin ? replacement.map((line) => indentation + line) : [];
    })
    .join("\n");
}
