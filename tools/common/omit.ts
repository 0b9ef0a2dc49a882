/** Returns a copy of an object without some of its properties. */
export function omit<T extends object, K extends keyof T & string>(object: T, ...names: K[]): Omit<T, K> {
  const left = Object.entries(object).filter(([name]) => !(names as string[]).includes(name));
  return Object.fromEntries(left) as Omit<T, K>;
}
