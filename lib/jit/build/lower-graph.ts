/**
 * Lowers a traced graph to a registered TensorFlow function: adds the reads and writes of state variables,
 * the loop over steps, and the choice of a compiler.
 */
import { DataType, type Binding } from "../../core/backend/native";
import { attribute } from "../tensorflow/attributes";
import { FunctionBuilder, type Value } from "../tensorflow/function-builder";
import { parameterTypes, typeOf, type Graph } from "../tensorflow/graph";
import type { Attributes } from "../tensorflow/protobuf";
import type { Compiler } from "./options";
import { hasConvolution, inlinePartitioned } from "./partition";
import { addPacking, addUnpacking, type StateVariable } from "./state-layout";
import { addWhileLoop, type InlineBody } from "./while-loop";

/** A function that is registered with TensorFlow, and what runs it. */
export interface RegisteredFunction {
  readonly name: string;
  readonly compiler: Exclude<Compiler, "off">;
}

/** A graph and the roles of its parameters: the state, then arguments, then captured tensors. */
export interface Lowering {
  readonly graph: Graph;
  /** The variables that hold the state. */
  readonly variables: readonly StateVariable[];
  /** The number of leading parameters that are tensors of the state. */
  readonly stateSize: number;
  /** Whether the leading results are the new state. */
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
 * results except the new state.
 */
export function lowerGraph(
  binding: Binding,
  name: string,
  { graph, variables, stateSize, writes, steps, captures }: Lowering,
  compiler: RegisteredFunction["compiler"],
): void {
  const builder = new FunctionBuilder(binding, name);
  const types = parameterTypes(graph).map(({ dtype }) => dtype);
  const handles = variables.map(() => builder.addInput(DataType.resource));
  const inputs = types.slice(stateSize).map((type) => builder.addInput(type));
  const reads = handles.map((handle, i) =>
    builder.addNode("ReadVariableOp", [handle], dtypeOf(variables[i]), { name: `read${i}` }),
  );
  const state = addUnpacking(
    builder,
    variables,
    reads.map((read) => read.output()),
  );
  const values = [...state, ...inputs];
  const inlineBody: InlineBody = (target, args) =>
    compiler === "mixed" ? inlinePartitioned(target, name, graph, args) : target.inline(graph, args);
  const sliced = types.length - stateSize - captures;
  const results =
    steps === undefined
      ? inlineBody(builder, values)
      : addWhileLoop(builder, name, { graph, inlineBody, carried: stateSize, sliced, length: steps }, values);
  const written = writes ? stateSize : 0;
  if (writes)
    variables.forEach((variable, i) => {
      if (variable.members.every(({ index }) => results[index] === values[index])) return;
      const inputsOfWrite = [handles[i] as Value, addPacking(builder, variable, results)];
      const write = builder.addNode("AssignVariableOp", inputsOfWrite, dtypeOf(variable), {
        name: `write${i}`,
        after: reads.map((read) => read.name),
      });
      builder.addEffect(write.name);
    });
  graph.results
    .slice(written)
    .forEach((ref, i) => builder.addOutput(results[written + i] as Value, typeOf(ref)));
  builder.register({ xla: compiler === "xla" });
}

function dtypeOf(variable: StateVariable | undefined): Attributes {
  return { dtype: attribute.type(variable?.type.dtype ?? 0) };
}
