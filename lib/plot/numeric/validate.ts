/** Throws `caller: argument must be …, got …; remedy`. */
export function reject(
  caller: string,
  argument: string,
  expected: string,
  got: string | number,
  remedy: string,
): never {
  throw new Error(`${caller}: ${argument} must be ${expected}, got ${got}; ${remedy}`);
}

/** Checks that there is something to draw. */
export function checkNotEmpty(caller: string, argument: string, list: ArrayLike<unknown>): void {
  if (list.length === 0)
    reject(caller, argument, "not empty", "0 entries", "draw the figure after the first result");
}

/** Checks that named numbers of every row are finite; a field that is undefined is left alone. */
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
        reject(
          caller,
          `${argument}[${i}].${field}`,
          "a finite number",
          String(value),
          "leave such rows out, or find where the computation diverged",
        );
    }
  });
}

/** Checks the numbers of a flat list. */
export function checkFiniteList(caller: string, argument: string, values: ArrayLike<number>): void {
  const bad = Array.from(values).findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    reject(
      caller,
      `${argument}[${bad}]`,
      "a finite number",
      String(values[bad]),
      "leave such values out, or find where the computation diverged",
    );
}

/** Checks the number of series or classes that one figure can tell apart. */
export function checkAtMost(caller: string, what: string, count: number, most: number): void {
  if (count > most)
    reject(caller, what, `at most ${most}`, count, "colours run out; draw several figures, or group them");
}
