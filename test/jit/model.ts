/**
 * A small regression model with noise from a key, its training step and data, which the tests of `jit`
 * compile.
 */
import { adam, type AdamState, random, tf, tree, valueAndGrad } from "latent";

/** Parameters of the model. */
export interface Params {
  readonly w1: tf.Tensor;
  readonly b1: tf.Tensor;
  readonly w2: tf.Tensor;
}

/** Parameters and optimizer state. */
export interface State {
  readonly params: Params;
  readonly optimizer: AdamState;
}

const [w1Key, w2Key, xKey] = random.split(random.key(11), 3);
const optimizer = adam({ learningRate: 0.01 });

/** Returns the state before training. */
export function initialState(): State {
  const params = tf.tidy(() => ({
    w1: random.normal(w1Key, [5, 7]).mul(0.4),
    b1: tf.zeros([7]),
    w2: random.normal(w2Key, [7, 1]).mul(0.4),
  }));
  return { params, optimizer: optimizer.init(params) };
}

/** Returns `count` batches, [K, 13, 5]. */
export function batches(count: number): tf.Tensor {
  return random.normal(xKey, [count, 13, 5]);
}

/** Returns the mean squared error of a network with noise on its hidden layer, for the target Σ sin x. */
export function loss(p: Params, x: tf.Tensor, key: random.Key): tf.Tensor {
  return tf.tidy(() => {
    const hidden = tf.matMul(x, p.w1).add(p.b1).tanh();
    const noisy = hidden.add(random.normal(key, hidden.shape).mul(0.1));
    return tf.matMul(noisy, p.w2).sub(x.sin().sum(1, true)).square().mean();
  });
}

/** One step of training: (state, batch, key) → [new state, metrics]. */
export function step(
  state: State,
  x: tf.Tensor,
  key: random.Key,
): readonly [state: State, metrics: { readonly loss: tf.Tensor }] {
  return tree.tidy(() => {
    const { value, grads } = valueAndGrad(loss)(state.params, x, key);
    const next = optimizer.update(grads, state.optimizer, state.params);
    return [{ params: next.params, optimizer: next.state }, { loss: value }];
  });
}

/** Trains eagerly for K steps, and returns the last state and the losses. */
export function trainEagerly(xs: tf.Tensor, keys: readonly random.Key[]): { state: State; losses: number[] } {
  let state = initialState();
  const losses = keys.map((key, k) => {
    const [next, metrics] = tree.tidy(() => step(state, tf.slice(xs, k, 1).reshape([13, 5]), key));
    tree.dispose(state);
    state = next;
    const value = metrics.loss.dataSync()[0] ?? NaN;
    metrics.loss.dispose();
    return value;
  });
  return { state, losses };
}
