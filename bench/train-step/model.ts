import type { Key, tf } from "latent";

/** The tensors of a minibatch, by name. */
export type Batch = Readonly<Record<string, tf.Tensor>>;

/** A minibatch of images, or of sequences. */
export interface Examples extends Batch {
  readonly x: tf.Tensor;
}

/** A minibatch with targets. */
export interface Labelled extends Examples {
  readonly y: tf.Tensor;
}

/** The sizes that a comparison varies. */
export interface Sizes {
  /** The number of examples per minibatch, B. */
  readonly batch: number;
  /** The units of the hidden layers, or the channels of the first one. */
  readonly width: number;
}

/** A model whose training step is timed in this library and, by the programs in bench/peers, in others. */
export interface BenchModel<P = unknown, B extends Batch = Batch> {
  /** The sizes at which the targets hold. */
  readonly sizes: Sizes;
  /** Describes the model in one line. */
  describe(sizes: Sizes): string;
  /** Returns the initial parameters. */
  init(key: Key, sizes: Sizes): P;
  /** Returns a random minibatch. */
  batch(key: Key, sizes: Sizes): B;
  /** The loss of a minibatch, a scalar. */
  loss(params: P, batch: B, key: Key): tf.Tensor;
  /** The number of steps before timing, after which the losses are compared. */
  readonly warmUp: number;
  /** The largest accepted relative difference of the loss for a library with different random numbers. */
  readonly tolerance: number;
  /** Steps per call of ours, 1 by default; if larger, single steps are timed too. */
  readonly stepsPerCall?: number;
  /** The largest accepted ratios ours / peer, by peer. */
  readonly targets: Readonly<Record<string, number>>;
}
