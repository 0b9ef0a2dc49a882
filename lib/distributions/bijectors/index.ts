/** Elementwise functions with inverses, for `transformed`: `bijectors.tanh`, `bijectors.affine(b, a)`. */
export {
  affine,
  compose,
  exp,
  sigmoid,
  softplusBijector as softplus,
  tanh,
  type Affine,
  type Bijector,
  type Composition,
} from "./bijector";
