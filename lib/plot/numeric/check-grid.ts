import type { Grid } from "./grid";
import { checkFiniteList, reject } from "./validate";

/**
 * Checks a lattice and its values.
 *
 * @throws when it is smaller than 2 by 2, is not evenly spaced and rising, does not fit its values, or a number is not finite.
 */
export function checkLattice(caller: string, name: string, { x, y, values }: Grid): void {
  const size = x.length * y.length;
  if (x.length < 2 || y.length < 2)
    reject(caller, name, "at least 2 by 2", `${x.length} by ${y.length}`, "take some 80 each way");
  if (values.length !== size)
    reject(
      caller,
      `${name}.values`,
      `of ${x.length} · ${y.length} = ${size} numbers`,
      values.length,
      "give one for each point of the lattice, row after row",
    );
  for (const [axis, places] of Object.entries({ x, y })) {
    checkFiniteList(caller, `${name}.${axis}`, places);
    checkSpacing(caller, `${name}.${axis}`, places);
  }
  checkFiniteList(caller, `${name}.values`, values);
}

/** Places may be off by what 32-bit numbers round. */
function checkSpacing(caller: string, name: string, places: readonly number[]): void {
  const [first = NaN, last = NaN] = [places[0], places.at(-1)];
  const step = (last - first) / (places.length - 1);
  const slack = 1e-6 * Math.max(Math.abs(first), Math.abs(last)) + 1e-3 * step;
  const bad = places.findIndex((place, i) => !(Math.abs(place - (first + i * step)) <= slack));
  if (!(step > 0) || bad >= 0)
    reject(
      caller,
      name,
      "evenly spaced and rising",
      `${places[Math.max(0, bad)] ?? NaN} at ${Math.max(0, bad)}`,
      "first + i · step for i = 0, 1, …",
    );
}
