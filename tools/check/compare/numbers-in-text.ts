/** A number in a text. */
export interface TextNumber {
  readonly text: string;
  readonly value: number;
  /** One unit of its last printed decimal; 0 for integers, which are printed exactly. */
  readonly unit: number;
  /** The standard error printed next to it, as in `-106.9 nats (± 1.9, standard error)`. */
  readonly error?: number;
  /** Whether it is such a standard error. */
  readonly isError: boolean;
}

/** A text split at its numbers: `words[0] numbers[0] words[1] numbers[1] … words[n]`. */
export interface TextParts {
  readonly words: readonly string[];
  readonly numbers: readonly TextNumber[];
}

/** A number outside names (`z14`) and units (`28x28`), possibly with commas between thousands. */
const NUMBER = new RegExp(
  [
    /(?:(?<![\p{L}\p{N}_.])[-−+])?/u, // sign
    /(?<![\p{L}\p{N}_.])(?:\d{1,3}(?:,\d{3})+|\d+)/u, // integer part
    /(?:\.\d+)?(?:[eE][-+]?\d+)?/u, // decimals and exponent
    /(?![\p{L}\p{N}_]|\.\d|,\d{3})/u, // end
  ]
    .map(({ source }) => source)
    .join(""),
  "gu",
);

/** The most characters between a number and the ± of its standard error. */
const MAX_DISTANCE = 24;

function valueOf(text: string): number {
  return Number(text.replace("−", "-").replace(/,/g, ""));
}

function unitOf(text: string): number {
  const [, digits, exponent = "0"] = /\.(\d+)(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  return digits === undefined ? 0 : 10 ** (Number(exponent) - digits.length);
}

/** Whether the text between two numbers makes the second the standard error of the first. */
function precedesError(between: string): boolean {
  return between.length <= MAX_DISTANCE && /^[^±\n]*±\s*$/.test(between);
}

/** Splits a text into its numbers and the words between them. */
export function splitAtNumbers(text: string): TextParts {
  const matches = [...text.matchAll(NUMBER)];
  const ends = [0, ...matches.map((match) => match.index + match[0].length)];
  const starts = [...matches.map(({ index }) => index), text.length];
  const words = starts.map((start, i) => text.slice(ends[i], start));
  const numbers = matches.map(([written], i) => {
    const next = matches[i + 1]?.[0];
    const error = next !== undefined && precedesError(words[i + 1] ?? "") ? valueOf(next) : undefined;
    return {
      text: written,
      value: valueOf(written),
      unit: unitOf(written),
      isError: i > 0 && precedesError(words[i] ?? ""),
      ...(error === undefined ? {} : { error }),
    };
  });
  return { words, numbers };
}
