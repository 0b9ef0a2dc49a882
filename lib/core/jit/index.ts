export type { Jitted, TraceInfo } from "./callable";
export { jit } from "./jit";
export type { Compiler, JitOptions } from "./options";
export type { Stateful, StatefulOptions } from "./stateful";
export { scan, type ScanOptions } from "./scan";
