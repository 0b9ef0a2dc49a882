import { completeOptions, type JitOptions } from "../build/options";
import { tracingErrors } from "../trace/tracing-errors";
import { compiledFunction, type Jitted } from "./compiled-function";
import { stateful } from "./stateful";

/**
 * Compiles a function: a call runs one TensorFlow function instead of one operation after another.
 *
 * `f` must be pure: trees of tensors and keys in, trees of tensors out. On the first call it is traced: it
 * runs once, and its operations are recorded. Later calls run the recorded graph, so JavaScript values in `f`
 * are fixed, and so are the tensors that it closes over, which must live as long as it is called. Whatever
 * changes from call to call must be a tensor or a key among the arguments (`tf.scalar(rate)` for a learning
 * rate). Numbers, strings and functions among the arguments are static: other values, like other shapes, are
 * traced anew. Where nothing can be compiled (a backend other than `tensorflow`, `LATENT_JIT=0`, inside a
 * gradient) the call runs `f` itself, with the same numbers.
 *
 * @returns the compiled function; the caller owns the tensors that it returns.
 * @throws if `f` reads the value of a tensor that depends on its arguments, or draws random numbers other
 *   than from a key; if a tensor that it closes over was disposed, or a variable assigned another value,
 *   since it was compiled; if an argument is not a tensor, key or plain data; with `retrace: false`, if the
 *   arguments differ in structure, shape or type from those of the first call; after `dispose()`.
 */
export function jit<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: JitOptions = {},
): Jitted<A, R> {
  const complete = completeOptions(f, options);
  return compiledFunction({
    options: complete,
    transition: (_, args: A) => {
      const result = f(...args);
      if (result instanceof Promise) throw tracingErrors.returnedPromise(complete.name);
      return [[], result];
    },
  });
}

/** The same for a function with a state: (state, …args) → [new state, result]; see {@link Stateful}. */
jit.stateful = stateful;
