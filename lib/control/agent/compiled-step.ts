import type * as tf from "@tensorflow/tfjs";
import type { Key } from "../../core/random";
import type { Transition } from "../../envs";
import { jit } from "../../jit";

/** A step of an environment with fixed parameters. */
export interface StepFunction<S, T extends Transition<S> = Transition<S>> {
  (key: Key, state: S, action: tf.Tensor): T;
  dispose(): void;
}

/** What was said, once each. */
const said = new Set<string>();

/**
 * Compiles the step of an environment.
 *
 * A step that cannot be compiled, because it renders or runs outside of TensorFlow, is called as it is, and a
 * warning says why. If the plain step fails, too, its error is thrown; once a compiled call has succeeded, so
 * are the errors of the next ones.
 */
export function compiledStep<S extends object, P, T extends Transition<S>>(
  step: (key: Key, state: S, action: tf.Tensor, params: P) => T,
  params: P,
  name: string,
): StepFunction<S, T> {
  const compiled = jit((key: Key, state: S, action: tf.Tensor) => step(key, state, action, params), {
    name: `the step of ${name}`,
  });
  let mode: "new" | "compiled" | "plain" = "new";
  const run = (key: Key, state: S, action: tf.Tensor): T => {
    if (mode === "plain") return step(key, state, action, params);
    let reason: unknown;
    try {
      const moved = compiled(key, state, action);
      mode = "compiled";
      return moved;
    } catch (error) {
      if (mode === "compiled") throw error;
      reason = error;
    }
    const moved = step(key, state, action, params); // throws if the step itself is wrong
    mode = "plain";
    warn(name, reason);
    return moved;
  };
  return Object.assign(run, { dispose: () => compiled.dispose() });
}

function warn(name: string, reason: unknown): void {
  const text =
    `the step of ${name} is not compiled and runs operation by operation ` +
    `(${reason instanceof Error ? reason.message : String(reason)})`;
  if (said.has(text)) return;
  said.add(text);
  console.warn(text);
}
