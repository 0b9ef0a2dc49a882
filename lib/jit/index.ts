export type { Jitted, TraceInfo } from "./call/compiled-function";
export { jit } from "./call/jit";
export type { Compiler, JitOptions } from "./build/options";
export type { Stateful, StatefulOptions } from "./call/stateful";
export { scan, type ScanOptions } from "./scan/scan";
