import { exact, parseTolerance, type Tolerance } from "./compare/tolerance";

/** What a cell says of the comparison of its outputs, in comments of its own. */
export interface Rules {
  /** Its text changes from run to run (`// volatile: why`): it is not compared, nor are the values of its figures. */
  readonly volatile: boolean;
  readonly tolerance: Tolerance;
  /** For single figures (`// tolerance of elbo-curve: 0.05`), by name. */
  readonly figures: ReadonlyMap<string, Tolerance>;
}

const VOLATILE = /^\s*\/\/ volatile\b/;
const TOLERANCE = /^\s*\/\/ tolerance(?: of ([\w-]+))?:(.*)$/;

/**
 * The rules that a cell declares; without any, its outputs must be the same.
 *
 * @throws for a tolerance that cannot be read, naming the line of the cell.
 */
export const rulesOf = (source: string): Rules => {
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
};
