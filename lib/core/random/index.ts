export { bits, normal, permutation, uniform } from "./draws";
export { fold, key, split, type Key, type Keys } from "./key";
