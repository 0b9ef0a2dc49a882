import { inspect } from "node:util";
import * as tf from "@tensorflow/tfjs";
import { tensorLine, tensorText } from "./tensor-text";
import { nodeText } from "./value-text";

/**
 * A property that makes Node.js print a registered node in one line, `Normal(mu [3], sigma [])`, in
 * `console.log` and wherever else `util.inspect` writes values.
 */
export const inspectable = {
  [inspect.custom](this: object): string {
    return nodeText(this);
  },
} as const;

// Node.js then prints every tensor with its elements, in a program as well as in a notebook
Object.defineProperty(tf.Tensor.prototype, inspect.custom, {
  configurable: true,
  value(this: tf.Tensor, depth: number | null, options: { readonly depth?: number | null }): string {
    return depth === (options.depth ?? null) ? tensorText(this) : tensorLine(this);
  },
});
