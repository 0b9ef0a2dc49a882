/** Random numbers as pure functions of keys: the same numbers as JAX on every backend, eager and compiled. */
export { choice, permuteRows, randint, type ChoiceOptions } from "./choices";
export { bits, normal, permutation, uniform } from "./draws";
export { fold, key, split, type Key, type Keys } from "./key";
export { stream, type RandomStream } from "./stream";
