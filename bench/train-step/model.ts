import type { Key, tf } from "latent";

/** Tensors of a minibatch, by name. */
export type Batch = Readonly<Record<string, tf.Tensor>>;

/** A minibatch of images, or of sequences. */
export interface Examples extends Batch {
  readonly x: tf.Tensor;
}

/** A minibatch with what is to be predicted. */
export interface Labelled extends Examples {
  readonly y: tf.Tensor;
}

/** What a comparison varies. */
export interface Sizes {
  /** B, the examples of a minibatch. */
  readonly batch: number;
  /** Units of the hidden layers, or channels of the first one. */
  readonly width: number;
}

/** A model whose training step is timed here and, in bench/peers, in other libraries. */
export interface BenchModel<P = unknown, B extends Batch = Batch> {
  /** The sizes of the comparison that has targets. */
  readonly sizes: Sizes;
  /** The model in a line. */
  describe(sizes: Sizes): string;
  init(key: Key, sizes: Sizes): P;
  batch(key: Key, sizes: Sizes): B;
  /** The loss of a minibatch, a scalar. */
  loss(params: P, batch: B, key: Key): tf.Tensor;
  /** Steps that every library takes before it is timed; then the losses are compared. */
  readonly warmUp: number;
  /** How far from ours, relatively, the loss of a library that draws other random numbers may then be. */
  readonly tolerance: number;
  /** Steps in one call of ours, 1 by default; the single step is then timed too. */
  readonly stepsPerCall?: number;
  /** The ratios, ours / peer, that the project promises. */
  readonly targets: Readonly<Record<string, number>>;
}
