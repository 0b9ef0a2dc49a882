import type { Grid } from "./grid";
import { checkFiniteList, rejectArgument } from "./validate";

/**
 * Checks a grid and its values.
 *
 * @throws if it is smaller than 2 × 2, has a different number of values, or a number is not finite.
 */
export function checkGrid(caller: string, name: string, { x, y, values }: Grid): void {
  const size = x.length * y.length;
  if (x.length < 2 || y.length < 2)
    rejectArgument(caller, name, "be at least 2 × 2", `${x.length} × ${y.length}`, "80 × 80 is a good size");
  if (values.length !== size)
    rejectArgument(
      caller,
      `${name}.values`,
      `contain ${x.length} · ${y.length} = ${size} numbers`,
      values.length,
      "pass one per grid point, row by row",
    );
  for (const [axis, coordinates] of Object.entries({ x, y }))
    checkFiniteList(caller, `${name}.${axis}`, coordinates);
  checkFiniteList(caller, `${name}.values`, values);
}

/** Checks that both axes of a grid increase in equal steps. */
export function checkEvenSpacing(caller: string, name: string, { x, y }: Grid): void {
  for (const [axis, coordinates] of Object.entries({ x, y }))
    checkAxisSpacing(caller, `${name}.${axis}`, coordinates);
}

/** The tolerance allows for coordinates that were rounded to float32. */
function checkAxisSpacing(caller: string, name: string, coordinates: readonly number[]): void {
  const [first = NaN, last = NaN] = [coordinates[0], coordinates.at(-1)];
  const step = (last - first) / (coordinates.length - 1);
  const tolerance = 1e-6 * Math.max(Math.abs(first), Math.abs(last)) + 1e-3 * step;
  const bad = coordinates.findIndex((value, i) => !(Math.abs(value - (first + i * step)) <= tolerance));
  if (!(step > 0) || bad >= 0) {
    const at = Math.max(0, bad);
    rejectArgument(
      caller,
      name,
      "increase in equal steps",
      `${coordinates[at] ?? NaN} at index ${at}`,
      "use first + i · step for i = 0, 1, …",
    );
  }
}
