import * as tf from "@tensorflow/tfjs";
import { completeGradients } from "../backend/second-derivatives";
import { showShape } from "./shape";
import * as tree from "./tree";

completeGradients();

/** The value of a scalar function, its gradient with respect to the parameters, and auxiliary outputs. */
export interface ValueAndGrad<P, X> {
  /** The value of the function. */
  readonly value: tf.Scalar;
  /** A tree like the parameters; zeros for a parameter that the value does not depend on. */
  readonly grads: P;
  /** The auxiliary outputs of the function, undefined if it has none. */
  readonly aux: X;
}

/**
 * Returns a function that computes the value and the gradient of a scalar function of a parameter tree.
 *
 * @param f (params, …args) → [loss, aux]: loss is a scalar, aux a tree of auxiliary outputs that are not
 *   differentiated, such as the terms of the loss. A function without auxiliary outputs may return the loss
 *   alone.
 * @returns a function of the same arguments. The caller owns value, grads and aux; all other tensors are
 *   freed, also if `f` throws.
 * @throws if the loss is not a scalar (tfjs itself would sum it silently), or params holds no tensor.
 */
export function valueAndGrad<P, A extends readonly unknown[], X = undefined>(
  f: (params: P, ...args: A) => tf.Tensor | readonly [loss: tf.Tensor, aux: X],
): (params: P, ...args: A) => ValueAndGrad<P, X> {
  return (params, ...args) =>
    tree.tidy(() => {
      const xs = tree.leaves(params);
      if (xs.length === 0) throw new Error("valueAndGrad: params must hold a tensor, got none");
      let aux: X | undefined;
      const loss = (): tf.Tensor => {
        const result = f(params, ...args);
        const [value, extra] = result instanceof tf.Tensor ? [result, undefined] : result;
        checkScalar(value);
        aux = tree.map((leaf) => tf.keep(leaf.clone()), extra); // other tensors of the forward pass are freed
        return value;
      };
      try {
        const { value, grads } = tf.engine().gradients(loss, xs, undefined, true);
        return {
          value: value.asScalar(),
          grads: tree.unflatten(
            params,
            xs.map((x, i) => grads[i] ?? tf.zerosLike(x)),
          ),
          aux: tree.map((leaf) => leaf.clone(), aux) as X,
        };
      } catch (error) {
        clearTape();
        throw error;
      } finally {
        tree.dispose(aux);
      }
    });
}

function checkScalar(value: tf.Tensor): void {
  if (value.rank !== 0)
    throw new Error(
      `valueAndGrad: the loss must be a scalar, got ${showShape(value.shape)}; ` +
        "reduce it with .mean() or .sum()",
    );
}

/** Frees the tensors that tfjs saved for a backward pass, which an exception leaks even inside `tf.tidy`. */
function clearTape(): void {
  const state: { gradientDepth: number; activeTape: Tape | null } = tf.engine().state;
  if (state.gradientDepth > 0 || state.activeTape === null) return;
  for (const node of state.activeTape) for (const saved of node.saved ?? []) saved.dispose();
  state.activeTape = null;
}

/** tfjs's gradient tape, as far as it is used here. */
type Tape = readonly { readonly saved?: tf.Tensor[] }[];

/** Returns f(x) with a gradient of zero; `f` may use operations that tfjs cannot differentiate. */
export function detached(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  return tf.customGrad((input) => ({
    value: f(input as tf.Tensor),
    gradFunc: () => tf.zeros(x.shape),
  }))(x);
}

/**
 * Returns x with a gradient of zero: ∂/∂x stopGradient(x) = 0.
 *
 * @param x a tensor, or a tree of tensors such as the parameters of a target network or a distribution.
 */
export function stopGradient<T>(x: T): T {
  return tree.map((leaf) => detached((input) => input.clone(), leaf), x);
}
