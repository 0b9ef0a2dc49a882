import * as tf from "@tensorflow/tfjs";
import { forbidden } from "./errors";
import { swapKernels } from "./recordable-kernels";
import { dtypeName, type Binding, type NativeBackend } from "../../core/backend/native";
import type { Recorder } from "./recorder";
import { isolateTape } from "./gradient-tape";
import { currentRecorder, withRecorder } from "./current-recorder";

/** Operations of tfjs that draw random numbers in JavaScript, or under a generator of TensorFlow's own. */
const randomOps = new Set([
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

const STACK_DEPTH = 60; // tfjs alone puts some twenty frames between an operation and the line that asked for it

/**
 * Calls `f` with its operations recorded and with what cannot be recorded refused.
 *
 * All that is changed for it (the backend's methods, Math.random, one kernel, the engine's scopes) is put back, come what may.
 */
export function recording<T>(backend: NativeBackend, recorder: Recorder, f: () => T): T {
  if (recorder.parent !== undefined) return withRecorder(recorder, f);
  const undo: (() => void)[] = [];
  const replace = <O extends object, K extends keyof O>(object: O, key: K, value: O[K]): void => {
    const own = Object.getOwnPropertyDescriptor(object, key);
    object[key] = value;
    undo.push(() => {
      if (own === undefined) Reflect.deleteProperty(object, key);
      else Object.defineProperty(object, key, own);
    });
  };
  try {
    replace(Error, "stackTraceLimit", STACK_DEPTH);
    watchBackend(backend, replace);
    watchRandomness(replace);
    undo.push(swapKernels(), isolateTape());
    return withRecorder(recorder, f);
  } finally {
    for (const restore of undo.reverse()) restore();
  }
}

type Replace = <O extends object, K extends keyof O>(object: O, key: K, value: O[K]) => void;

const recorderNow = (): Recorder => currentRecorder() as Recorder;

/** Records what goes to the addon, and refuses to read or to use what it must not. */
function watchBackend(backend: NativeBackend, replace: Replace): void {
  const { binding } = backend;
  replace(backend, "binding", recordingBinding(binding));
  const getInputTensorIds = backend.getInputTensorIds.bind(backend);
  const readSync = backend.readSync.bind(backend);
  const read = backend.read.bind(backend);
  const write = backend.write.bind(backend);
  replace(backend, "getInputTensorIds", (tensors) => {
    for (const tensor of tensors) {
      refuseCaptured(backend, tensor);
      // Plain numbers become a constant of the function that they were made in, which may be around this one.
      const writer = recorderNow().writerOf(tensor.dataId);
      if (writer !== undefined) withRecorder(writer, () => getInputTensorIds([tensor]));
    }
    const ids = getInputTensorIds(tensors);
    tensors.forEach((tensor, i) => recorderNow().noteUsed(ids[i] ?? -1, tensor));
    return ids;
  });
  replace(backend, "write", (values, shape, dtype) => {
    const dataId = write(values, shape, dtype);
    recorderNow().noteWritten(dataId);
    return dataId;
  });
  replace(backend, "readSync", (dataId) => {
    refuseRead(backend, dataId);
    return readSync(dataId);
  });
  replace(backend, "read", (dataId) => {
    try {
      refuseRead(backend, dataId);
    } catch {
      return new Promise(() => undefined); // the error is thrown when the function has returned
    }
    return read(dataId);
  });
}

/** The addon's methods, recorded. Its properties cannot be written, so this is an object of its own. */
function recordingBinding(binding: Binding): Binding {
  const methods = Object.fromEntries(
    Object.getOwnPropertyNames(binding).map((name): [string, unknown] => [name, Reflect.get(binding, name)]),
  ) as unknown as Binding;
  return {
    ...methods,
    createTensor: (shape, dtype, values) => {
      const id = binding.createTensor(shape, dtype, values);
      if (ArrayBuffer.isView(values)) recorderNow().constant(id, { shape: [...shape], dtype }, values);
      return id;
    },
    executeOp: (name, attributes, inputs, outputs) =>
      recorderNow().execute(binding, name, attributes, inputs, outputs),
  };
}

/** Refuses a tensor that is no argument, no declared constant, and not made in the function. */
function refuseCaptured(backend: NativeBackend, { dataId, shape, dtype }: tf.TensorInfo): void {
  if (isTraced(backend, dataId) !== undefined) return;
  const recorder = recorderNow();
  throw recorder.refuse(forbidden.captured(recorder.label, shape, dtype, new Error()));
}

/** Refuses to read what depends on the arguments, or comes from outside. */
function refuseRead(backend: NativeBackend, dataId: object): void {
  const traced = isTraced(backend, dataId);
  if (traced === false) return;
  const recorder = recorderNow();
  const { shape, dtype } = backend.tensorMap.get(dataId);
  const error = traced
    ? forbidden.read(recorder.label, new Error())
    : forbidden.captured(recorder.label, shape, dtypeName(dtype), new Error());
  throw recorder.refuse(error);
}

/** Whether a tensor's value depends on the arguments; undefined for one from outside. */
function isTraced(backend: NativeBackend, dataId: object): boolean | undefined {
  const { values, id } = backend.tensorMap.get(dataId);
  if (values === null) return recorderNow().isTraced(id);
  return recorderNow().writerOf(dataId) === undefined ? undefined : false; // plain numbers that are not in TensorFlow yet
}

/** Refuses random numbers that do not come from a key. tfjs opens a scope named after each of its operations. */
function watchRandomness(replace: Replace): void {
  const engine = tf.engine();
  const startScope = engine.startScope.bind(engine);
  replace(engine, "startScope", (name) => {
    const op = name?.replace(/__op$/, "") ?? "";
    if (randomOps.has(op)) {
      const recorder = recorderNow();
      throw recorder.refuse(forbidden.randomOp(recorder.label, op, new Error()));
    }
    startScope(name);
  });
  replace(Math, "random", () => {
    const recorder = recorderNow();
    throw recorder.refuse(forbidden.mathRandom(recorder.label, new Error()));
  });
}
