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
  const count = variables.length;
  const inlineGraph: InlineBody = (target, args) =>
    compiler === "mixed" ? inlinePartitioned(target, name, graph, args) : target.inline(graph, args);
  /** From the variables' values and the arguments to the variables' new values and the outputs. */
  const inlineBody: InlineBody = (target, args) => {
    const state = addUnpacking(target, variables, args.slice(0, count));
    const results = inlineGraph(target, [...state, ...args.slice(count)]);
    const next = variables.map((variable, i) =>
      !writes || variable.members.every(({ index }) => results[index] === state[index])
        ? (args[i] as Value)
        : addPacking(target, variable, results),
    );
    return [...next, ...results.slice(writes ? stateSize : 0)];
  };
  const values = [...reads.map((read) => read.output()), ...inputs];
  const outputs = graph.results.slice(writes ? stateSize : 0).map(typeOf);
  const loop = {
    inlineBody,
    parameters: [...variables.map(({ type }) => type), ...parameterTypes(graph).slice(stateSize)],
    outputs,
    carried: count,
    sliced: types.length - stateSize - captures,
  };
  const results =
    steps === undefined
      ? inlineBody(builder, values)
      : addWhileLoop(builder, name, { ...loop, length: steps }, values);
  handles.forEach((handle, i) => {
    if (results[i] === values[i]) return;
    const write = builder.addNode("AssignVariableOp", [handle, results[i] as Value], dtypeOf(variables[i]), {
      name: `write${i}`,
      after: reads.map((read) => read.name),
    });
    builder.addEffect(write.name);
  });
  outputs.forEach((type, i) => builder.addOutput(results[count + i] as Value, type));
  builder.register({ xla: compiler === "xla" });
}

function dtypeOf(variable: StateVariable | undefined): Attributes {
  return { dtype: attribute.type(variable?.type.dtype ?? 0) };
}
