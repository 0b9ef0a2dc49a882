import { attribute } from "./attributes";
import { FunctionBuilder, uniqueName, unregister, type Value } from "./builder";
import { typeOf, type Graph } from "./graph";
import { addLoop } from "./loop";
import { DataType, type Binding } from "./native";
import type { Compiler } from "./options";

/** A function that TensorFlow has. */
export interface Executable {
  readonly name: string;
  readonly compiler: Exclude<Compiler, "off">;
  /** Functions that were registered for its loop. */
  readonly callees: readonly string[];
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

/** Operations at which the graph executor beats XLA on a CPU. */
const convolution = /^(Depthwise)?Conv[23]D/;

/** XLA, but the graph executor for a function with convolutions that runs on a CPU. */
export const chooseCompiler = (graph: Graph, onGpu: boolean): Executable["compiler"] =>
  !onGpu && graph.nodes.some(({ op }) => convolution.test(op)) ? "graph" : "xla";

/**
 * Registers a recorded function. Its inputs are the handles of the variables, then the other parameters; its outputs are the
 * results that are no new values of variables.
 */
export function makeExecutable(
  binding: Binding,
  label: string,
  { graph, variables, writes, steps, captures }: Plan,
  compiler: Executable["compiler"],
): Executable {
  const name = uniqueName(label);
  const builder = new FunctionBuilder(binding, name);
  const types = graph.parameters.map((node) => attribute.type(typeOf({ node, index: 0 }).dtype));
  const inputs = types.map(({ type }, i) => builder.input(i < variables ? DataType.resource : (type ?? 0)));
  const handles = inputs.slice(0, variables);
  const reads = handles.map((variable, i) =>
    builder.node("ReadVariableOp", [variable], { dtype: types[i] ?? {} }, { name: `read${i}` }),
  );
  const values = [...reads.map((read) => read.output()), ...inputs.slice(variables)];
  const { results, callees } = run(builder, name, values, { graph, variables, steps, captures });
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
  return { name, compiler, callees };
}

/** The recorded function, once or in a loop. */
function run(
  builder: FunctionBuilder,
  name: string,
  values: readonly Value[],
  { graph, variables, steps, captures }: Omit<Plan, "writes">,
): { results: Value[]; callees: string[] } {
  if (steps === undefined) return { results: builder.inline(graph, values), callees: [] };
  const sliced = graph.parameters.length - variables - captures;
  return addLoop(builder, name, { body: graph, carried: variables, sliced, length: steps }, values);
}

export function disposeExecutable(binding: Binding, { name, callees }: Executable): void {
  for (const each of [name, ...callees]) unregister(binding, each);
}
