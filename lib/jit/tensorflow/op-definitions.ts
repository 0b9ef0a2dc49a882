import type { Binding } from "../../core/backend/native";
import { decodeOperation, indexOperations, type OperationMessage } from "./protobuf";

/**
 * TensorFlow's definitions of its operations, their inputs, outputs and attributes, by name and still
 * encoded. They are read from the loaded library on first use, so that they match its version.
 */
let encoded: Map<string, Uint8Array> | undefined;
/** The definitions in use, and those of registered functions, which are called like operations. */
const decoded = new Map<string, OperationMessage>();

/** Returns the definition of an operation or of a registered function. */
export function operationDefinition(binding: Binding, name: string): OperationMessage {
  const known = decoded.get(name);
  if (known !== undefined) return known;
  encoded ??= indexOperations(binding.operations());
  const bytes = encoded.get(name);
  if (bytes === undefined) throw new Error(`jit: TensorFlow has no operation ${name}`);
  const message = decodeOperation(bytes);
  decoded.set(name, message);
  return message;
}

/** Adds the definition of a registered function, so that other functions can call it. */
export function declareOperation(message: OperationMessage): void {
  decoded.set(message.name, message);
}

/** Removes the definition of a function that is no longer registered. */
export function forgetOperation(name: string): void {
  decoded.delete(name);
}
