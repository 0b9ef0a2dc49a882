import * as tf from "@tensorflow/tfjs";
import { showShape } from "./shape";
import * as tree from "./tree";

/** The value of a scalar function, its gradient by the parameters, and what came along. */
export interface ValueAndGrad<P, X> {
  readonly value: tf.Scalar;
  /** Of the structure of the parameters; zeros where the function does not depend on one. */
  readonly grads: P;
  readonly aux: X;
}

/**
 * The value and the gradient of a scalar function of a parameter tree.
 *
 * @param f (params, …args) → [loss, aux]: loss is a scalar, aux a tree of tensors that come along undifferentiated, such as
 *   the terms of the loss. A function with nothing to report may give the loss alone.
 * @returns a function of the same arguments. Its caller owns value, grads and aux; everything else made on the way is freed,
 *   also when `f` throws.
 * @throws when the loss is no scalar (tfjs alone would sum it silently), and when there is no parameter.
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
        aux = tree.map((leaf) => tf.keep(leaf.clone()), extra); // all else of the forward pass is freed behind it
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
      `valueAndGrad: the loss must be a scalar, got ${showShape(value.shape)}; reduce it with .mean() or .sum()`,
    );
}

/** Frees what tfjs saved for a backward pass that will not come: an exception leaves it behind, even under tidy. */
function clearTape(): void {
  const state: { gradientDepth: number; activeTape: Tape | null } = tf.engine().state;
  if (state.gradientDepth > 0 || state.activeTape === null) return;
  for (const node of state.activeTape) for (const saved of node.saved ?? []) saved.dispose();
  state.activeTape = null;
}

/** tfjs's record of the operations to differentiate, as far as it is needed here. */
type Tape = readonly { readonly saved?: tf.Tensor[] }[];

/**
 * f(x) as a constant: no gradient flows back through `f`, which may use operations that tfjs cannot differentiate.
 */
export const detached = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.customGrad((input) => ({
    value: f(input as tf.Tensor),
    gradFunc: () => tf.zeros(x.shape),
  }))(x);

/** x itself, through which no gradient flows: ∂/∂x stopGradient(x) = 0. */
export const stopGradient = (x: tf.Tensor): tf.Tensor => detached((input) => input.clone(), x);
