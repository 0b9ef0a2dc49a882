import { forbidden } from "../trace/errors";
import { makeCallable, type Jitted } from "./compiled-function";
import { completeOptions, type JitOptions } from "../build/options";
import { stateful } from "./stateful";

/**
 * The same function, compiled: one call of TensorFlow in the place of one for each operation.
 *
 * `f` must be pure: trees of tensors and keys in, trees of tensors out. At the first call it runs once, operation by
 * operation, and is recorded; later calls run the recording. So JavaScript in it runs once: a number that it computes, or finds
 * outside, freezes. What changes from call to call must come in as a tensor or a key (`tf.scalar(rate)` for a learning
 * rate); numbers, strings and functions among the arguments are part of the compiled form, and other ones compile anew,
 * as do other shapes. Where nothing can be compiled (another backend than `tensorflow`, `LATENT_JIT=0`, inside of a gradient
 * of the caller's) the call runs `f` itself, with the same numbers. The caller owns the result.
 *
 * @throws when `f` reads the value of a tensor that depends on its arguments, uses a tensor from outside that is not in
 *   `constants`, or draws a random number other than from a key; when an argument is neither tensor, key nor plain data; with
 *   `retrace: false`, when the arguments have another form than at the first call; and after `dispose()`.
 */
export function jit<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  options: JitOptions = {},
): Jitted<A, R> {
  const complete = completeOptions(f, options);
  return makeCallable({
    options: complete,
    run: (_, args: A) => {
      const result = f(...args);
      if (result instanceof Promise) throw forbidden.promise(complete.name);
      return [[], result];
    },
  });
}

jit.stateful = stateful;
