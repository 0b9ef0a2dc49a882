import { exact, parseTolerance, type Tolerance } from "./compare/tolerance";

/** How to compare the outputs of a cell, declared by its comments. */
export interface Rules {
  /**
   * Whether outputs change from run to run (`// volatile: why`): text and figure values are then not
   * compared.
   */
  readonly volatile: boolean;
  readonly tolerance: Tolerance;
  /** Tolerances of single figures (`// tolerance of elbo-curve: 0.05`), by name. */
  readonly figures: ReadonlyMap<string, Tolerance>;
}

const VOLATILE = /^\s*\/\/ volatile\b/;
const TOLERANCE = /^\s*\/\/ tolerance(?: of ([\w-]+))?:(.*)$/;

/**
 * Parses the rules of a cell; without rules its outputs must be equal.
 *
 * @throws if a tolerance is invalid, with the line in the cell.
 */
export function rulesOf(source: string): Rules {
  const figures = new Map<string, Tolerance>();
  let tolerance = exact;
  let volatile = false;
  for (const [index, line] of source.split("\n").entries()) {
    volatile ||= VOLATILE.test(line);
    const [, figure, text] = TOLERANCE.exec(line) ?? [];
    if (text === undefined) continue;
    try {
      const parsed = parseTolerance(text);
      if (figure === undefined) tolerance = parsed;
      else figures.set(figure, parsed);
    } catch (error) {
      throw new Error(`line ${index + 1}: ${(error as Error).message}`, { cause: error });
    }
  }
  return { volatile, tolerance, figures };
}
