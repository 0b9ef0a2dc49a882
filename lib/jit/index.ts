/** Compiled functions; README.md says how a call becomes a running TensorFlow function. */
export type { Compiler, JitOptions } from "./build/options";
export type { Jitted, TraceInfo } from "./call/compiled-function";
export { jit } from "./call/jit";
export type { Stateful, StatefulOptions } from "./call/stateful";
export type { ScanBody } from "./scan/compiled-scan";
export { scan, type ScanOptions } from "./scan/scan";
