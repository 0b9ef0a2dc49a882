import * as tf from "@tensorflow/tfjs";
import { userLine } from "./errors";
import { chooseCompiler, disposeExecutable, type Executable } from "./executable";
import type { Graph } from "./graph";
import type { NativeBackend, NativeTensor } from "./native";
import { unregister } from "./builder";
import type { Compiler, CompleteOptions } from "./options";
import type { Trace } from "./trace";

/**
 * What runs a function for one form of its arguments.
 *
 * `off` means that nothing was compiled, and the function itself is to be called.
 */
export interface Program<R> {
  readonly compiler: Compiler;
  /** What the function returned when it was recorded, for its structure. */
  readonly result: R;
  /** Operations in the recorded function. */
  readonly nodes: number;
}

/** A program that TensorFlow runs, which falls back to a lesser compiler when its first run fails. */
export class CompiledProgram<R> implements Program<R> {
  readonly result: R;
  readonly nodes: number;
  private executable: Executable | undefined;
  private ran = false;

  /**
   * @param register hands the recorded function to TensorFlow.
   * @param outputs how many tensors it returns.
   */
  constructor(
    private readonly backend: NativeBackend,
    private readonly options: CompleteOptions,
    private readonly trace: Trace<R>,
    private readonly outputs: number,
    private readonly register: (graph: Graph, compiler: Executable["compiler"]) => Executable,
  ) {
    this.result = trace.result;
    this.nodes = trace.graph.nodes.length;
    const { compiler } = options;
    if (compiler === "off") return;
    this.executable = register(
      trace.graph,
      compiler === "auto" ? chooseCompiler(trace.graph, backend.isUsingGpuDevice) : compiler,
    );
  }

  get compiler(): Compiler {
    return this.executable?.compiler ?? "off";
  }

  /** Runs the program on tensor handles; undefined when it turned out that it cannot be compiled. */
  run(inputs: readonly number[]): NativeTensor[] | undefined {
    while (this.executable !== undefined) {
      const { name } = this.executable;
      try {
        const outputs = this.backend.binding.executeOp(
          name,
          [],
          [...inputs, ...this.trace.captures],
          this.outputs,
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

  private fallBack(error: Error): void {
    const failed = this.executable as Executable;
    disposeExecutable(this.backend.binding, failed);
    const next = failed.compiler === "xla" ? "graph" : "off";
    this.executable = next === "off" ? undefined : this.register(this.trace.graph, next);
    console.warn(
      `jit: "${this.options.name}" does not compile with ${failed.compiler === "xla" ? "XLA" : "TensorFlow's graph executor"} ` +
        `and runs ${next === "off" ? "op by op" : "as a plain graph"} (${explain(error, this.trace.graph)})`,
    );
  }
}

/** TensorFlow's message, short, with the user's line of the operation that it names. */
function explain(error: Error, graph: Graph): string {
  const message = error.message.split("\n")[0]?.slice(0, 300) ?? "";
  const name = /\{\{node (\w+)\}\}/.exec(error.message)?.[1];
  const node = graph.nodes.find((one) => one.name === name);
  const line = node === undefined ? undefined : userLine(node.origin);
  return node === undefined ? message : `${node.op}${line === undefined ? "" : ` at ${line}`}: ${message}`;
}

/** Handles of the inputs of a call, for as long as `run` takes; the words of keys become tensors for it. */
export function withInputs<T>(
  backend: NativeBackend,
  inputs: readonly (tf.Tensor | Int32Array)[],
  run: (ids: number[]) => T,
): T {
  const made: tf.Tensor[] = [];
  const tensors = inputs.map((input) => {
    if (input instanceof tf.Tensor) return input;
    const words = tf.tensor(input, input.length === 2 ? [2] : [input.length / 2, 2], "int32");
    made.push(words);
    return words;
  });
  try {
    return run(backend.getInputTensorIds(tensors));
  } finally {
    tf.dispose(made);
  }
}
