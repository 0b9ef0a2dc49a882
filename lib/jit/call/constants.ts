import * as tf from "@tensorflow/tfjs";
import * as tree from "../../core/tensor/tree";
import type { NativeBackend } from "../../core/backend/native";
import { handle, nativeType, type Constants as Handles } from "../trace/trace-function";

/** The tensors that a compiled function may take from outside, held from its first compilation on. */
export class Constants {
  private held: tf.Tensor[] | undefined;

  /** @param constants a tree of tensors. */
  constructor(private readonly constants: unknown) {}

  /** Their handles on this backend, with shapes and types. */
  on(backend: NativeBackend): Handles {
    this.held ??= tree.leaves(this.constants).map((x) => tf.keep(x.clone()));
    return new Map(this.held.map((x) => [handle(backend, x), nativeType(backend, x)]));
  }

  dispose(): void {
    tf.dispose(this.held ?? []);
    this.held = undefined;
  }
}
