import type { Binding } from "../../core/backend/native";
import { decodeOperation, indexOperations, type OperationMessage } from "./protobuf";

/**
 * What TensorFlow says of its operations: inputs, outputs, attributes. It comes from the library that runs, on first use, so
 * that it cannot disagree with it. Registered functions are operations too and are declared here.
 */
let encoded: Map<string, Uint8Array> | undefined;
const decoded = new Map<string, OperationMessage>();

/** The definition of an operation or of a registered function. */
export function operation(binding: Binding, name: string): OperationMessage {
  const known = decoded.get(name);
  if (known !== undefined) return known;
  encoded ??= indexOperations(binding.operations());
  const bytes = encoded.get(name);
  if (bytes === undefined) throw new Error(`jit: TensorFlow has no operation ${name}`);
  const message = decodeOperation(bytes);
  decoded.set(name, message);
  return message;
}

/** Makes a registered function known as an operation, for calls from other functions. */
export const declareOperation = (message: OperationMessage): void => void decoded.set(message.name, message);

export const forgetOperation = (name: string): void => void decoded.delete(name);
