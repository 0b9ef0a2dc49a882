import { FunctionBuilder, uniqueName, unregister } from "./builder";
import type { Graph } from "./graph";
import { typeOf } from "./graph";
import type { Binding } from "./native";
import type { Compiler } from "./options";

/** A function that TensorFlow has. */
export interface Executable {
  readonly name: string;
  readonly compiler: Exclude<Compiler, "off">;
}

/** Operations at which the graph executor beats XLA on a CPU. */
const convolution = /^(Depthwise)?Conv[23]D/;

/** XLA, but the graph executor for a function with convolutions that runs on a CPU. */
export const chooseCompiler = (graph: Graph, onGpu: boolean): Executable["compiler"] =>
  !onGpu && graph.nodes.some(({ op }) => convolution.test(op)) ? "graph" : "xla";

/** Registers a recorded function: its parameters are the inputs, its results the outputs. */
export function makeExecutable(
  binding: Binding,
  label: string,
  graph: Graph,
  compiler: Executable["compiler"],
): Executable {
  const name = uniqueName(label);
  const builder = new FunctionBuilder(binding, name);
  const inputs = graph.parameters.map((parameter) =>
    builder.input(typeOf({ node: parameter, index: 0 }).dtype),
  );
  const values = builder.inline(graph, inputs);
  graph.results.forEach((ref, i) => builder.output(values[i] as string, typeOf(ref)));
  builder.register({ xla: compiler === "xla" });
  return { name, compiler };
}

export const disposeExecutable = (binding: Binding, { name }: Executable): void => unregister(binding, name);
