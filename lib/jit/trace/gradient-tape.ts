/** tfjs's gradient tape, which tracing must neither extend nor clear. */
import * as tf from "@tensorflow/tfjs";

/** An operation on tfjs's gradient tape. */
interface TapeNode {
  readonly inputs: Readonly<Record<string, tf.Tensor | undefined>>;
  readonly saved?: readonly tf.Tensor[];
}

/** The fields of tfjs's engine state that concern gradients. */
interface TapeState {
  activeTape: readonly TapeNode[] | null;
  gradientDepth: number;
  kernelDepth: number;
}

/** Returns the state of tfjs's engine that concerns gradients; writing to it changes the engine. */
export function tapeState(): TapeState {
  return tf.engine().state;
}

/**
 * Starts without a gradient tape; the returned function restores the old one and frees what the new one
 * saved.
 */
export function isolateTape(): () => void {
  const state = tapeState();
  const { activeTape, gradientDepth, kernelDepth } = state;
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  return () => {
    for (const { saved } of state.activeTape ?? []) tf.dispose([...(saved ?? [])]);
    Object.assign(state, { activeTape, gradientDepth, kernelDepth });
  };
}
