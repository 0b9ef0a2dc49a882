import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random";
import type { Transition } from "../../envs";
import { jit } from "../../jit";

/** A step of an environment with fixed parameters. */
export interface StepFunction<S, T extends Transition<S> = Transition<S>> {
  (key: Key, state: S, action: tf.Tensor): T;
  dispose(): void;
}

/**
 * Compiles the step of an environment. A step that cannot be compiled, because it renders or runs outside of
 * TensorFlow, is called as it is; its own errors are those of the plain call.
 */
export function compiledStep<S extends object, P, T extends Transition<S>>(
  step: (key: Key, state: S, action: tf.Tensor, params: P) => T,
  params: P,
  name: string,
): StepFunction<S, T> {
  const compiled = jit((key: Key, state: S, action: tf.Tensor) => step(key, state, action, params), {
    name: `the step of ${name}`,
  });
  let isPlain = false;
  const run = (key: Key, state: S, action: tf.Tensor): T => {
    if (!isPlain) {
      try {
        return compiled(key, state, action);
      } catch {
        isPlain = true;
      }
    }
    return step(key, state, action, params);
  };
  return Object.assign(run, { dispose: () => compiled.dispose() });
}
