import * as tf from "@tensorflow/tfjs";
import type { NativeBackend } from "../../core/backend/native";
import * as tree from "../../core/tensor/tree";
import { handleOf, nativeType, type ConstantTypes } from "../trace/trace-function";

/**
 * The tensors of the option `constants`, which a compiled function may capture; copied on the first
 * compilation.
 */
export class CapturedConstants {
  private copies: tf.Tensor[] | undefined;

  /** @param constants a tree of tensors. */
  constructor(private readonly constants: unknown) {}

  /** Returns the handles and types of the constants. */
  typesOn(backend: NativeBackend): ConstantTypes {
    this.copies ??= tree.leaves(this.constants).map((x) => tf.keep(x.clone()));
    return new Map(this.copies.map((x) => [handleOf(backend, x), nativeType(backend, x)]));
  }

  /** Frees the copies. */
  dispose(): void {
    tf.dispose(this.copies ?? []);
    this.copies = undefined;
  }
}
