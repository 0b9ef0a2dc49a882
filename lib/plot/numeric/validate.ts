/**
 * Throws an error about an argument: `caller: argument must <requirement>, got <value>; <remedy>`.
 *
 * @param requirement follows "must", for example `be a positive integer`.
 */
export function rejectArgument(
  caller: string,
  argument: string,
  requirement: string,
  got: string | number,
  remedy: string,
): never {
  throw new Error(`${caller}: ${argument} must ${requirement}, got ${got}; ${remedy}`);
}

/** Throws if a list has no entries. */
export function checkNotEmpty(caller: string, argument: string, list: ArrayLike<unknown>): void {
  if (list.length === 0)
    rejectArgument(caller, argument, "not be empty", "[]", "draw the figure once there are results");
}

/** Throws if a value is not an integer >= `least`. */
export function checkInteger(
  caller: string,
  argument: string,
  value: number,
  least: 0 | 1,
  remedy: string,
): void {
  if (Number.isInteger(value) && value >= least) return;
  const kind = least === 1 ? "positive" : "non-negative";
  rejectArgument(caller, argument, `be a ${kind} integer`, value, remedy);
}

/** Throws if one of the given fields of a row is not finite; undefined fields are skipped. */
export function checkFinite<Field extends string>(
  caller: string,
  argument: string,
  rows: readonly { readonly [F in Field]?: number }[],
  fields: readonly Field[],
): void {
  rows.forEach((row, i) => {
    for (const field of fields) {
      const value = row[field];
      if (value !== undefined && !Number.isFinite(value))
        rejectArgument(
          caller,
          `${argument}[${i}].${field}`,
          "be finite",
          String(value),
          "drop such rows, or find where the computation diverged",
        );
    }
  });
}

/** Throws if a number of a list is not finite. */
export function checkFiniteList(caller: string, argument: string, values: ArrayLike<number>): void {
  const bad = Array.from(values).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    rejectArgument(
      caller,
      `${argument}[${bad}]`,
      "be finite",
      String(values[bad]),
      "drop such values, or find where the computation diverged",
    );
}

/** Throws if there are more series or classes than distinct colours. */
export function checkAtMost(caller: string, counted: string, count: number, most: number): void {
  if (count > most)
    rejectArgument(
      caller,
      counted,
      `be at most ${most}`,
      count,
      "there are no more distinct colours; draw several figures, or group them",
    );
}
