import * as tf from "@tensorflow/tfjs";
import { dtypeName, type NativeBackend } from "../../core/backend/native";
import { tracingErrors } from "../trace/tracing-errors";

/** The number of compiled functions that hold the values of a tensor, by its data. */
const holders = new WeakMap<object, number>();

/** A tensor from outside that a compiled function captures. */
interface Captured {
  /** A second tensor of the same data, so that the handle stays valid as long as the compiled function. */
  readonly copy: tf.Tensor;
  /** The captured tensor if it is a variable, whose data may change. */
  readonly variable: tf.Variable | undefined;
  /** Created where the tensor was captured, for messages. */
  readonly origin: Error;
}

/**
 * The tensors from outside that a compiled function captures. They are further inputs of its graphs, and must
 * stay as they are for as long as it is called.
 */
export class CapturedTensors {
  private readonly captured = new Map<object, Captured>();

  /** Notes that a tensor is captured, when it is first used in a trace. */
  add(backend: NativeBackend, tensor: Pick<tf.TensorInfo, "dataId">): void {
    const { dataId } = tensor;
    if (this.captured.has(dataId)) return;
    const { shape, dtype } = backend.tensorMap.get(dataId);
    backend.incRef(dataId);
    const copy = tf.engine().makeTensorFromTensorInfo({
      dataId,
      shape: [...shape],
      dtype: dtypeName(dtype) as tf.DataType,
    });
    const variable = tensor instanceof tf.Variable ? tensor : undefined;
    this.captured.set(dataId, { copy: tf.keep(copy), variable, origin: new Error() });
    holders.set(dataId, (holders.get(dataId) ?? 0) + 1);
  }

  /**
   * Checks the captured tensors before a call.
   *
   * @param name the name of the compiled function, for messages.
   * @throws if a variable was assigned another value, or a tensor was disposed: its data then belong to
   *   nobody but compiled functions.
   */
  check(backend: NativeBackend, name: string): void {
    for (const [dataId, { copy, variable, origin }] of this.captured) {
      const isAssigned = variable?.isDisposed === false && variable.dataId !== dataId;
      if (isAssigned || backend.refCount(dataId) <= (holders.get(dataId) ?? 0))
        throw tracingErrors.staleCapture(name, copy, isAssigned, origin);
    }
  }

  /** Frees what this holds. */
  dispose(): void {
    for (const [dataId, { copy }] of this.captured) {
      holders.set(dataId, (holders.get(dataId) ?? 1) - 1);
      copy.dispose();
    }
    this.captured.clear();
  }
}
