/** Checks that a number is a whole one, at least `least`. */
export function checkCount(caller: string, name: string, value: number, least = 0): void {
  if (!Number.isInteger(value) || value < least)
    throw new Error(`${caller}: ${name} must be a whole number >= ${least}, got ${value}`);
}

/** Checks that a number is finite and above `bound`. */
export function checkAbove(caller: string, name: string, value: number, bound = 0): void {
  if (!(Number.isFinite(value) && value > bound))
    throw new Error(`${caller}: ${name} must be a finite number > ${bound}, got ${value}`);
}
