/** Random numbers as pure functions of keys: the same numbers as JAX on every backend, eager and compiled. */
export { bits, normal, permutation, uniform } from "./draws";
export { fold, key, split, type Key, type Keys } from "./key";
