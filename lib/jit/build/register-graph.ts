import { attribute } from "../tensorflow/attributes";
import { FunctionBuilder, type Value } from "../tensorflow/function-builder";
import { typeOf, type Graph } from "../tensorflow/graph";
import { addLoop, type Body } from "./while-loop";
import { DataType, type Binding } from "../../core/backend/native";
import { hasConvolution, inlineMixed } from "./partition";
import type { Compiler } from "./options";

/** A function that TensorFlow has. */
export interface Executable {
  readonly name: string;
  readonly compiler: Exclude<Compiler, "off">;
}

/** How the recorded function is to be run. */
export interface Plan {
  readonly graph: Graph;
  /** How many of its first parameters are held in variables; as many of its first results are their new values. */
  readonly variables: number;
  /** Whether the variables get the new values. */
  readonly writes: boolean;
  /** Turns of a loop in one call, over the other tensor arguments stacked; none when undefined. */
  readonly steps: number | undefined;
  /** How many of the last parameters are tensors from outside. */
  readonly captures: number;
}

/** XLA; but on a CPU the graph executor for convolutions and XLA for the rest, where there are any. */
export const chooseCompiler = (graph: Graph, onGpu: boolean): Executable["compiler"] =>
  !onGpu && hasConvolution(graph) ? "mixed" : "xla";

/**
 * Registers a recorded function under a name. Its inputs are the handles of the variables, then the other parameters; its outputs are the
 * results that are no new values of variables.
 */
export function makeExecutable(
  binding: Binding,
  name: string,
  { graph, variables, writes, steps, captures }: Plan,
  compiler: Executable["compiler"],
): void {
  const builder = new FunctionBuilder(binding, name);
  const types = graph.parameters.map((node) => attribute.type(typeOf({ node, index: 0 }).dtype));
  const inputs = types.map(({ type }, i) => builder.input(i < variables ? DataType.resource : (type ?? 0)));
  const handles = inputs.slice(0, variables);
  const reads = handles.map((variable, i) =>
    builder.node("ReadVariableOp", [variable], { dtype: types[i] ?? {} }, { name: `read${i}` }),
  );
  const values = [...reads.map((read) => read.output()), ...inputs.slice(variables)];
  const body: Body = (inner, inputsOfBody) =>
    compiler === "mixed" ? inlineMixed(inner, name, graph, inputsOfBody) : inner.inline(graph, inputsOfBody);
  const sliced = graph.parameters.length - variables - captures;
  const results =
    steps === undefined
      ? body(builder, values)
      : addLoop(builder, name, { graph, body, carried: variables, sliced, length: steps }, values);
  if (writes)
    handles.forEach((variable, i) => {
      if (results[i] === values[i]) return;
      const inputsOfAssign = [variable, results[i] as Value];
      const after = reads.map((read) => read.name);
      builder.effect(
        builder.node(
          "AssignVariableOp",
          inputsOfAssign,
          { dtype: types[i] ?? {} },
          { name: `write${i}`, after },
        ).name,
      );
    });
  const shown = writes ? variables : 0;
  graph.results.slice(shown).forEach((ref, i) => builder.output(results[shown + i] as Value, typeOf(ref)));
  builder.register({ xla: compiler === "xla" });
}
