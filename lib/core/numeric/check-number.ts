/** Throws unless `value` is an integer of at least `least`, which is 0 by default. */
export function checkCount(caller: string, name: string, value: number, least = 0): void {
  if (Number.isInteger(value) && value >= least) return;
  const kind = ["a non-negative integer", "a positive integer"][least] ?? `an integer >= ${least}`;
  throw new Error(`${caller}: ${name} must be ${kind}, got ${value}`);
}

/** Throws unless `value` is finite and greater than `bound`, which is 0 by default. */
export function checkAbove(caller: string, name: string, value: number, bound = 0): void {
  if (Number.isFinite(value) && value > bound) return;
  const kind = bound === 0 ? "a positive finite number" : `a finite number > ${bound}`;
  throw new Error(`${caller}: ${name} must be ${kind}, got ${value}`);
}
