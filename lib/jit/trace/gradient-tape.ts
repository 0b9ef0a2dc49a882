import * as tf from "@tensorflow/tfjs";

/** An operation on tfjs's record of what to differentiate. */
export interface TapeNode {
  readonly inputs: Readonly<Record<string, tf.Tensor | undefined>>;
  readonly saved?: readonly tf.Tensor[];
}

/** What tfjs keeps for gradients, as far as it is needed here. */
export interface TapeState {
  activeTape: readonly TapeNode[] | null;
  gradientDepth: number;
  kernelDepth: number;
}

/** The state of tfjs's engine that has to do with gradients. */
export const tapeState = (): TapeState => tf.engine().state;

/** Sets tfjs's gradient tape aside; the answer puts it back, and frees what is left on the new one. */
export function isolateTape(): () => void {
  const state = tapeState();
  const { activeTape, gradientDepth, kernelDepth } = state;
  Object.assign(state, { activeTape: null, gradientDepth: 0, kernelDepth: 0 });
  return () => {
    for (const { saved } of state.activeTape ?? []) tf.dispose([...(saved ?? [])]);
    Object.assign(state, { activeTape, gradientDepth, kernelDepth });
  };
}
