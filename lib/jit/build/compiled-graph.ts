/**
 * Runs a traced graph as a TensorFlow function, and falls back to a simpler compiler if the first run fails.
 */
import { clearCompileCache } from "../../core/backend/compile-cache";
import type { NativeBackend, NativeTensor } from "../../core/backend/native";
import { contentOf, uniqueName, unregister } from "../tensorflow/function-builder";
import type { Graph } from "../tensorflow/graph";
import type { Trace } from "../trace/trace-function";
import { userLine } from "../trace/tracing-errors";
import { chooseCompiler, lowerGraph, type Lowering, type RegisteredFunction } from "./lower-graph";
import type { Compiler, CompleteOptions } from "./options";

/** What TensorFlow says when an entry of XLA's cache on disk is cut short or changed. */
const DAMAGED_ENTRY = /Read less bytes|deserializ|pars(e|ing)|data ?loss/i;

/** A traced graph that TensorFlow runs. */
export class CompiledGraph<R> {
  /** The number of operations in the graph. */
  readonly operations: number;
  private readonly outputs: number;
  private readonly captures: readonly number[];
  private readonly callees: readonly string[];
  /** The graph, until the first successful run has shown that no other compiler is needed. */
  private graph: Graph | undefined;
  private registered: RegisteredFunction | undefined;
  /** How often the graph was registered anew because an entry of XLA's cache may have been damaged. */
  private attempt = 0;

  /**
   * @param lowering the roles of the graph's parameters.
   * @param result the value that the function returned while it was traced. Only its structure counts: its
   *   tensors are disposed.
   */
  constructor(
    private readonly backend: NativeBackend,
    private readonly options: CompleteOptions,
    { graph, captures, callees }: Trace,
    private readonly lowering: Omit<Lowering, "graph" | "captures">,
    readonly result: R,
  ) {
    this.operations = graph.nodes.length;
    this.outputs = graph.results.length - (lowering.writes ? lowering.stateSize : 0);
    this.captures = captures;
    this.callees = callees;
    this.graph = graph;
    const { compiler } = options;
    if (compiler !== "off")
      this.register(graph, compiler === "auto" ? chooseCompiler(graph, backend.isUsingGpuDevice) : compiler);
  }

  /** What runs the graph; `off` if nothing can compile it. */
  get compiler(): Compiler {
    return this.registered?.compiler ?? "off";
  }

  /**
   * Runs the graph.
   *
   * @param inputs handles of the variables, then of the arguments.
   * @returns the outputs; undefined if nothing can compile the graph.
   */
  run(inputs: readonly number[]): NativeTensor[] | undefined {
    while (this.registered !== undefined) {
      try {
        const handles = [...inputs, ...this.captures];
        const outputs = this.backend.binding.executeOp(this.registered.name, [], handles, this.outputs);
        this.graph = undefined;
        return outputs;
      } catch (error) {
        if (this.graph === undefined) throw error;
        this.fallBack(this.graph, error as Error);
      }
    }
    return undefined;
  }

  /** Removes the TensorFlow functions. */
  dispose(): void {
    const { binding } = this.backend;
    if (this.registered !== undefined) unregister(binding, this.registered.name);
    for (const name of this.callees) unregister(binding, name);
    this.registered = undefined;
  }

  private register(graph: Graph, compiler: RegisteredFunction["compiler"]): void {
    const { variables, stateSize, writes, steps } = this.lowering;
    const roles = JSON.stringify({ variables, stateSize, writes, steps, compiler, attempt: this.attempt });
    const name = uniqueName(this.options.name, `${roles} ${contentOf(graph)}`);
    this.registered = { name, compiler };
    try {
      const lowering = { ...this.lowering, graph, captures: this.captures.length };
      lowerGraph(this.backend.binding, name, lowering, compiler);
    } catch (error) {
      this.fallBack(graph, error as Error);
    }
  }

  private fallBack(graph: Graph, error: Error): void {
    const failed = this.registered as RegisteredFunction;
    unregister(this.backend.binding, failed.name);
    this.registered = undefined;
    const isPlain = failed.compiler === "graph";
    if (!isPlain && DAMAGED_ENTRY.test(error.message) && clearCompileCache()) {
      // XLA remembers the error under the name, so the next one is another.
      this.attempt += 1;
      this.register(graph, failed.compiler);
      return;
    }
    const [executor, next] = isPlain
      ? ["TensorFlow's graph executor", "op by op"]
      : ["XLA", "as a plain graph"];
    console.warn(
      `jit: "${this.options.name}" does not compile with ${executor} and runs ${next} ` +
        `(${explain(error, graph)})`,
    );
    if (!isPlain) this.register(graph, "graph");
  }
}

/** Shortens TensorFlow's message and adds the user's line of the operation that it names. */
function explain(error: Error, graph: Graph): string {
  const text = (/Message: ([^\n]*)/.exec(error.message)?.[1] ?? error.message).replace(/\{\{.*?\}\}/g, "");
  const message = /No registered '\w+' OpKernel for \w+/.exec(text)?.[0] ?? text.slice(0, 300);
  const name = /\{\{node (\w+)\}\}/.exec(error.message)?.[1];
  const node = graph.nodes.find((candidate) => candidate.name === name);
  const line = node === undefined ? undefined : userLine(node.origin);
  return node === undefined ? message : `${node.op}${line === undefined ? "" : ` at ${line}`}: ${message}`;
}
