export { jit, type Jitted, type TraceInfo } from "./jit";
export type { Compiler, JitOptions } from "./options";
