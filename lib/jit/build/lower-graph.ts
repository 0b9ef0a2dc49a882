/**
 * Lowers a traced graph to a registered TensorFlow function: adds the reads and writes of state variables,
 * the loop over steps, and the choice of a compiler.
 */
import { DataType, type Binding } from "../../core/backend/native";
import { attribute } from "../tensorflow/attributes";
import { FunctionBuilder, type Value } from "../tensorflow/function-builder";
import { parameterTypes, typeOf, type Graph } from "../tensorflow/graph";
import type { Compiler } from "./options";
import { hasConvolution, inlinePartitioned } from "./partition";
import type { Attributes } from "../tensorflow/protobuf";
import { addWhileLoop, type InlineBody } from "./while-loop";

/** A function that is registered with TensorFlow, and what runs it. */
export interface RegisteredFunction {
  readonly name: string;
  readonly compiler: Exclude<Compiler, "off">;
}

/** A graph and the roles of its parameters: state variables, then arguments, then captured tensors. */
export interface Lowering {
  readonly graph: Graph;
  /** The number of leading parameters that are state variables. */
  readonly variables: number;
  /** Whether the leading results are the new values of the variables. */
  readonly writes: boolean;
  /**
   * K to run the graph K times in a loop, over arguments stacked along a leading axis; undefined to run it
   * once.
   */
  readonly steps: number | undefined;
  /** The number of trailing parameters that are captured tensors. */
  readonly captures: number;
}

/** Returns the compiler that `auto` stands for; see `JitOptions.compiler`. */
export function chooseCompiler(graph: Graph, onGpu: boolean): RegisteredFunction["compiler"] {
  return !onGpu && hasConvolution(graph) ? "mixed" : "xla";
}

/**
 * Lowers a graph and registers it under `name`.
 *
 * The function's inputs are the handles of the variables and the remaining parameters; its outputs are the
 * results except the new values of the variables.
 */
export function lowerGraph(
  binding: Binding,
  name: string,
  { graph, variables, writes, steps, captures }: Lowering,
  compiler: RegisteredFunction["compiler"],
): void {
  const builder = new FunctionBuilder(binding, name);
  const types = parameterTypes(graph).map(({ dtype }) => dtype);
  const inputs = types.map((type, i) => builder.addInput(i < variables ? DataType.resource : type));
  const handles = inputs.slice(0, variables);
  const dtype = (i: number): Attributes => ({ dtype: attribute.type(types[i] ?? 0) });
  const reads = handles.map((handle, i) =>
    builder.addNode("ReadVariableOp", [handle], dtype(i), { name: `read${i}` }),
  );
  const values = [...reads.map((read) => read.output()), ...inputs.slice(variables)];
  const inlineBody: InlineBody = (target, args) =>
    compiler === "mixed" ? inlinePartitioned(target, name, graph, args) : target.inline(graph, args);
  const sliced = types.length - variables - captures;
  const results =
    steps === undefined
      ? inlineBody(builder, values)
      : addWhileLoop(builder, name, { graph, inlineBody, carried: variables, sliced, length: steps }, values);
  const written = writes ? variables : 0;
  handles.slice(0, written).forEach((handle, i) => {
    if (results[i] === values[i]) return;
    const assignment = builder.addNode("AssignVariableOp", [handle, results[i] as Value], dtype(i), {
      name: `write${i}`,
      after: reads.map((read) => read.name),
    });
    builder.addEffect(assignment.name);
  });
  graph.results
    .slice(written)
    .forEach((ref, i) => builder.addOutput(results[written + i] as Value, typeOf(ref)));
  builder.register({ xla: compiler === "xla" });
}
