import { uniqueName, unregister } from "../tensorflow/function-builder";
import { userLine } from "../trace/errors";
import { chooseCompiler, makeExecutable, type Executable, type Plan } from "./register-graph";
import type { Graph } from "../tensorflow/graph";
import type { NativeBackend, NativeTensor } from "../../core/backend/native";

import type { Compiler, CompleteOptions } from "./options";
import type { Trace } from "../trace/trace-function";

/** A program that TensorFlow runs, which falls back to a lesser compiler when its first run fails. */
export class CompiledProgram<R> {
  /** Operations in the recorded function. */
  readonly nodes: number;
  private readonly outputs: number;
  private readonly captures: readonly number[];
  private readonly callees: readonly string[];
  /** The recording, until the first run has shown that it is not needed for another compiler. */
  private graph: Graph | undefined;
  private executable: Executable | undefined;

  /**
   * @param plan what is made of the recorded function.
   * @param result what the function returned when it was recorded, for its structure; its tensors are gone.
   */
  constructor(
    private readonly backend: NativeBackend,
    private readonly options: CompleteOptions,
    { graph, captures, callees }: Trace,
    private readonly plan: Omit<Plan, "graph" | "captures">,
    readonly result: R,
  ) {
    this.nodes = graph.nodes.length;
    this.outputs = graph.results.length - (plan.writes ? plan.variables : 0);
    this.captures = captures;
    this.callees = callees;
    this.graph = graph;
    const { compiler } = options;
    if (compiler !== "off")
      this.start(graph, compiler === "auto" ? chooseCompiler(graph, backend.isUsingGpuDevice) : compiler);
  }

  /** What runs it; `off` when it turned out that it cannot be compiled. */
  get compiler(): Compiler {
    return this.executable?.compiler ?? "off";
  }

  /** Runs the program on tensor handles, those of variables first; undefined when it turned out that it cannot be compiled. */
  run(inputs: readonly number[]): NativeTensor[] | undefined {
    while (this.executable !== undefined) {
      try {
        const ids = [...inputs, ...this.captures];
        const outputs = this.backend.binding.executeOp(this.executable.name, [], ids, this.outputs);
        this.graph = undefined;
        return outputs;
      } catch (error) {
        if (this.graph === undefined) throw error;
        this.fallBack(this.graph, error as Error);
      }
    }
    return undefined;
  }

  dispose(): void {
    const { binding } = this.backend;
    if (this.executable !== undefined) unregister(binding, this.executable.name);
    for (const name of this.callees) unregister(binding, name);
    this.executable = undefined;
  }

  private start(graph: Graph, compiler: Executable["compiler"]): void {
    const plan = { ...this.plan, graph, captures: this.captures.length };
    const name = uniqueName(this.options.name);
    this.executable = { name, compiler };
    try {
      makeExecutable(this.backend.binding, name, plan, compiler);
    } catch (error) {
      this.fallBack(graph, error as Error);
    }
  }

  private fallBack(graph: Graph, error: Error): void {
    const failed = this.executable as Executable;
    unregister(this.backend.binding, failed.name);
    this.executable = undefined;
    const plain = failed.compiler === "graph";
    console.warn(
      `jit: "${this.options.name}" does not compile with ${plain ? "TensorFlow's graph executor" : "XLA"} and runs ` +
        `${plain ? "op by op" : "as a plain graph"} (${explain(error, graph)})`,
    );
    if (!plain) this.start(graph, "graph");
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
