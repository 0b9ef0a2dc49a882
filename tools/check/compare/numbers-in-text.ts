/** A number in a text. */
export interface TextNumber {
  readonly text: string;
  readonly value: number;
  /** One unit of its last printed digit behind the point; 0 for whole numbers, which are printed as they are. */
  readonly unit: number;
  /** The standard error that stands beside it, as in `-106.9 nats (± 1.9, standard error)`. */
  readonly error?: number;
  /** Whether it is such a standard error itself. */
  readonly isError: boolean;
}

/** A text taken apart: `words[0] numbers[0] words[1] numbers[1] … words[n]`. */
export interface TextParts {
  readonly words: readonly string[];
  readonly numbers: readonly TextNumber[];
}

/** A number that is no part of a name (`z14`) or of a unit (`28x28`); thousands may be set apart by commas. */
const NUMBER =
  /(?:(?<![\p{L}\p{N}_.])[-−+])?(?<![\p{L}\p{N}_.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\p{L}\p{N}_]|\.\d|,\d{3})/gu;

/** Characters that may stand between a number and the ± of its error. */
const REACH = 24;

const valueOf = (text: string): number => Number(text.replace("−", "-").replace(/,/g, ""));

const unitOf = (text: string): number => {
  const [, digits, exponent = "0"] = /\.(\d+)(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  return digits === undefined ? 0 : 10 ** (Number(exponent) - digits.length);
};

/** Whether what stands between two numbers makes the second the error of the first. */
const isBesideError = (between: string): boolean => between.length <= REACH && /^[^±\n]*±\s*$/.test(between);

/** Takes a text apart into its numbers and the words between them. */
export const takeApart = (text: string): TextParts => {
  const matches = [...text.matchAll(NUMBER)];
  const ends = [0, ...matches.map((match) => match.index + match[0].length)];
  const starts = [...matches.map(({ index }) => index), text.length];
  const words = starts.map((start, i) => text.slice(ends[i], start));
  const numbers = matches.map(([written], i) => {
    const next = matches[i + 1]?.[0];
    const error = next !== undefined && isBesideError(words[i + 1] ?? "") ? valueOf(next) : undefined;
    return {
      text: written,
      value: valueOf(written),
      unit: unitOf(written),
      isError: i > 0 && isBesideError(words[i] ?? ""),
      ...(error === undefined ? {} : { error }),
    };
  });
  return { words, numbers };
};
