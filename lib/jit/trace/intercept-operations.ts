/**
 * Puts a tracer between tfjs and the addon while a function runs: operations are recorded, and what cannot be
 * recorded (reading a value, drawing numbers without a key) throws.
 */
import * as tf from "@tensorflow/tfjs";
import type { Binding, NativeBackend } from "../../core/backend/native";
import { requireTracer, withTracer } from "./current-tracer";
import { isolateTape } from "./gradient-tape";
import { registerRecordableKernels } from "./recordable-kernels";
import type { Tracer } from "./tracer";
import { tracingErrors } from "./tracing-errors";

/** tfjs operations that draw random numbers in JavaScript, or from a generator of TensorFlow. */
const RANDOM_OPERATIONS = new Set([
  "randomNormal",
  "randomStandardNormal",
  "randomUniform",
  "randomUniformInt",
  "randomGamma",
  "truncatedNormal",
  "rand",
  "multinomial",
  "dropout",
]);

/** tfjs alone adds about twenty frames between an operation and the user's line that called it. */
const STACK_DEPTH = 60;

/**
 * Calls `f` with its operations recorded by `tracer`.
 *
 * Everything that is replaced for the duration (methods of the backend and the engine, Math.random, one
 * kernel) is restored afterwards, also if `f` throws.
 */
export function interceptOperations<T>(backend: NativeBackend, tracer: Tracer, f: () => T): T {
  if (tracer.parent !== undefined) return withTracer(tracer, f);
  const undo: (() => void)[] = [];
  const replace: Replace = (object, key, value) => {
    const own = Object.getOwnPropertyDescriptor(object, key);
    object[key] = value;
    undo.push(() => {
      if (own === undefined) Reflect.deleteProperty(object, key);
      else Object.defineProperty(object, key, own);
    });
  };
  try {
    replace(Error, "stackTraceLimit", STACK_DEPTH);
    interceptBackend(backend, replace);
    interceptRandomness(replace);
    undo.push(registerRecordableKernels(), isolateTape());
    return withTracer(tracer, f);
  } finally {
    for (const restore of undo.reverse()) restore();
  }
}

type Replace = <O extends object, K extends keyof O>(object: O, key: K, value: O[K]) => void;

/** Records calls of the addon, and checks the tensors that are read or passed to operations. */
function interceptBackend(backend: NativeBackend, replace: Replace): void {
  const { binding } = backend;
  replace(backend, "binding", recordingBinding(binding));
  const getInputTensorIds = backend.getInputTensorIds.bind(backend);
  const readSync = backend.readSync.bind(backend);
  const read = backend.read.bind(backend);
  const write = backend.write.bind(backend);
  /** Captures a tensor unless it is a parameter or created by a traced function. */
  const capture = (tensor: Pick<tf.TensorInfo, "dataId">): void => {
    if (isTraced(backend, tensor.dataId) !== undefined) return;
    const recording = backend.binding;
    backend.binding = binding; // so that values that TensorFlow does not have yet do not become a constant
    getInputTensorIds([tensor as tf.TensorInfo]);
    backend.binding = recording;
    requireTracer().capture(backend, tensor);
  };
  replace(backend, "getInputTensorIds", (tensors) => {
    for (const tensor of tensors) {
      capture(tensor);
      // JavaScript numbers become a constant of the function that created the tensor, which may be an
      // enclosing one.
      const creator = requireTracer().creatorOf(tensor.dataId);
      if (creator !== undefined) withTracer(creator, () => getInputTensorIds([tensor]));
    }
    const handles = getInputTensorIds(tensors);
    tensors.forEach((tensor, i) => requireTracer().noteInput(handles[i] ?? -1, tensor));
    return handles;
  });
  replace(backend, "write", (values, shape, dtype) => {
    const dataId = write(values, shape, dtype);
    requireTracer().noteHostTensor(dataId);
    return dataId;
  });
  replace(backend, "readSync", (dataId) => {
    checkRead(backend, dataId);
    capture({ dataId });
    return readSync(dataId);
  });
  replace(backend, "read", (dataId) => {
    try {
      checkRead(backend, dataId);
    } catch {
      return new Promise(() => undefined); // the violation is thrown when the traced function returns
    }
    return read(dataId);
  });
}

/** Returns a copy of the addon's methods that records; the addon's own properties are read-only. */
function recordingBinding(binding: Binding): Binding {
  const methods = Object.fromEntries(
    Object.getOwnPropertyNames(binding).map((name): [string, unknown] => [name, Reflect.get(binding, name)]),
  ) as unknown as Binding;
  return {
    ...methods,
    createTensor: (shape, dtype, values) => {
      const handle = binding.createTensor(shape, dtype, values);
      if (ArrayBuffer.isView(values)) requireTracer().constant(handle, { shape: [...shape], dtype }, values);
      return handle;
    },
    executeOp: (name, attributes, inputs, outputs) =>
      requireTracer().execute(binding, name, attributes, inputs, outputs),
  };
}

/** Throws if a tensor depends on the parameters: its value may not be read. */
function checkRead(backend: NativeBackend, dataId: object): void {
  if (isTraced(backend, dataId) !== true) return;
  const tracer = requireTracer();
  throw tracer.addViolation(tracingErrors.valueRead(tracer.label, new Error()));
}

/** Whether a tensor's value depends on the parameters; undefined for a tensor from outside. */
function isTraced(backend: NativeBackend, dataId: object): boolean | undefined {
  const { values, id } = backend.tensorMap.get(dataId);
  if (values === null) return requireTracer().isTraced(id);
  return requireTracer().creatorOf(dataId) === undefined ? undefined : false; // not passed to TensorFlow yet
}

/** Throws on random numbers that are not drawn from a key. tfjs opens a scope named after each operation. */
function interceptRandomness(replace: Replace): void {
  const engine = tf.engine();
  const startScope = engine.startScope.bind(engine);
  replace(engine, "startScope", (name) => {
    const op = name?.replace(/__op$/, "") ?? "";
    if (RANDOM_OPERATIONS.has(op)) {
      const tracer = requireTracer();
      throw tracer.addViolation(tracingErrors.randomOperation(tracer.label, op, new Error()));
    }
    startScope(name);
  });
  replace(Math, "random", () => {
    const tracer = requireTracer();
    throw tracer.addViolation(tracingErrors.mathRandom(tracer.label, new Error()));
  });
}
