import { userLine } from "./errors";
import { chooseCompiler, disposeExecutable, makeExecutable, type Executable, type Plan } from "./executable";
import type { Graph } from "./graph";
import type { NativeBackend, NativeTensor } from "./native";
import { unregister } from "./builder";
import type { Compiler, CompleteOptions } from "./options";
import type { Trace } from "./trace";

/** A program that TensorFlow runs, which falls back to a lesser compiler when its first run fails. */
export class CompiledProgram<R> {
  /** Operations in the recorded function. */
  readonly nodes: number;
  private executable: Executable | undefined;
  private ran = false;

  /**
   * @param plan what is made of the recorded function.
   * @param result what the function returned when it was recorded, for its structure; its tensors are gone.
   */
  constructor(
    private readonly backend: NativeBackend,
    private readonly options: CompleteOptions,
    private readonly trace: Trace,
    private readonly plan: Omit<Plan, "graph" | "captures">,
    readonly result: R,
  ) {
    this.nodes = trace.graph.nodes.length;
    const { compiler } = options;
    if (compiler === "off") return;
    this.register(compiler === "auto" ? chooseCompiler(trace.graph, backend.isUsingGpuDevice) : compiler);
  }

  /** What runs it; `off` when it turned out that it cannot be compiled. */
  get compiler(): Compiler {
    return this.executable?.compiler ?? "off";
  }

  /** Runs the program on tensor handles, those of variables first; undefined when it turned out that it cannot be compiled. */
  run(inputs: readonly number[]): NativeTensor[] | undefined {
    while (this.executable !== undefined) {
      const { name } = this.executable;
      try {
        const outputs = this.backend.binding.executeOp(
          name,
          [],
          [...inputs, ...this.trace.captures],
          this.trace.graph.results.length - (this.plan.writes ? this.plan.variables : 0),
        );
        this.ran = true;
        return outputs;
      } catch (error) {
        if (this.ran) throw error;
        this.fallBack(error as Error);
      }
    }
    return undefined;
  }

  dispose(): void {
    const { binding } = this.backend;
    if (this.executable !== undefined) disposeExecutable(binding, this.executable);
    for (const name of this.trace.callees) unregister(binding, name);
    this.executable = undefined;
  }

  private register(compiler: Executable["compiler"]): void {
    const { graph, captures } = this.trace;
    const plan = { ...this.plan, graph, captures: captures.length };
    this.executable = makeExecutable(this.backend.binding, this.options.name, plan, compiler);
  }

  private fallBack(error: Error): void {
    const failed = this.executable as Executable;
    disposeExecutable(this.backend.binding, failed);
    const next = failed.compiler === "xla" ? "graph" : "off";
    this.executable = undefined;
    if (next === "graph") this.register(next);
    console.warn(
      `jit: "${this.options.name}" does not compile with ${failed.compiler === "xla" ? "XLA" : "TensorFlow's graph executor"} ` +
        `and runs ${next === "off" ? "op by op" : "as a plain graph"} (${explain(error, this.trace.graph)})`,
    );
  }
}

/** TensorFlow's message, short, with the user's line of the operation that it names. */
function explain(error: Error, graph: Graph): string {
  const text = (/Message: ([^\n]*)/.exec(error.message)?.[1] ?? error.message).replace(/\{\{.*?\}\}/g, "");
  const message = /No registered '\w+' OpKernel for \w+/.exec(text)?.[0] ?? text.slice(0, 300);
  const name = /\{\{node (\w+)\}\}/.exec(error.message)?.[1];
  const node = graph.nodes.find((one) => one.name === name);
  const line = node === undefined ? undefined : userLine(node.origin);
  return node === undefined ? message : `${node.op}${line === undefined ? "" : ` at ${line}`}: ${message}`;
}
