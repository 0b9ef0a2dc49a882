/**
 * Writes a loop over a graph as TensorFlow's `While`, whose body is compiled once, whatever the number of
 * steps.
 */
import { DataType, type Binding } from "../../core/backend/native";
import { attribute } from "../tensorflow/attributes";
import { FunctionBuilder, type Value } from "../tensorflow/function-builder";
import type { TensorType } from "../tensorflow/graph";

/**
 * A loop over a body.
 *
 * The body's parameters are the carry, one slice of each stacked tensor, and the loop invariants; its results
 * are the new carry and the outputs to stack.
 */
export interface Loop {
  /** Adds the body to a function. */
  readonly inlineBody: InlineBody;
  /** The types of the body's parameters. */
  readonly parameters: readonly TensorType[];
  /** The types of the outputs to stack. */
  readonly outputs: readonly TensorType[];
  /** The number of carried tensors. */
  readonly carried: number;
  /** The number of stacked tensors of which each step takes a slice. */
  readonly sliced: number;
  /** The number of steps. */
  readonly length: number;
  /** Whether slices are taken, and outputs stored, from the last to the first. */
  readonly reverse?: boolean;
}

/** Adds a body to a function: from the values of its parameters to those of its results. */
export type InlineBody = (builder: FunctionBuilder, args: readonly Value[]) => readonly Value[];

/**
 * Adds a loop to a function.
 *
 * @param name the prefix of the names under which the loop's condition and body are registered.
 * @param values the initial carry, the stacked tensors, and the loop invariants.
 * @returns the last carry and the stacked outputs.
 */
export function addWhileLoop(
  builder: FunctionBuilder,
  name: string,
  loop: Loop,
  values: readonly Value[],
): Value[] {
  const { binding } = builder;
  const { carried, length, outputs: outputTypes } = loop;
  const valueTypes = loopTypes(loop);
  const types = [
    DataType.int32, // the step counter
    ...valueTypes.map(({ dtype }) => dtype),
    ...outputTypes.map(() => DataType.variant), // the lists that collect the outputs
  ];
  const [condition, body] = [`${name}_cond`, `${name}_body`];
  registerCondition(binding, condition, types, length);
  registerBody(binding, body, types, loop);
  const lists = outputTypes.map((type) => addList(builder, type, length));
  const loopNode = builder.addNode("StatelessWhile", [builder.addInt([0]), ...values, ...lists], {
    T: attribute.types(types),
    cond: attribute.func(condition),
    body: attribute.func(body),
    output_shapes: attribute.shapes([
      [],
      ...valueTypes.map(({ shape }) => shape),
      ...outputTypes.map(() => []),
    ]),
    parallel_iterations: attribute.int(1),
  });
  const outputs = (from: number, count: number): Value[] =>
    Array.from({ length: count }, (_, i) => loopNode.output(from + i));
  return [
    ...outputs(1, carried),
    ...outputs(1 + values.length, lists.length).map((list, i) =>
      stackList(builder, list, outputTypes[i] as TensorType, length),
    ),
  ];
}

function isSliced({ carried, sliced }: Loop, parameter: number): boolean {
  return parameter >= carried && parameter < carried + sliced;
}

/** Returns the types of the loop variables other than the counter and the lists. */
function loopTypes(loop: Loop): TensorType[] {
  return loop.parameters.map(({ shape, dtype }, i) => ({
    shape: isSliced(loop, i) ? [loop.length, ...shape] : shape,
    dtype,
  }));
}

/** Registers the condition, counter < length. */
function registerCondition(binding: Binding, name: string, types: readonly number[], length: number): void {
  const builder = new FunctionBuilder(binding, name);
  const [counter] = types.map((type) => builder.addInput(type));
  const less = builder.addNode("Less", [counter as Value, builder.addInt([length])], {
    T: attribute.type(DataType.int32),
  });
  builder.addOutput(less.output(), { dtype: DataType.bool });
  builder.register();
}

/** Registers one step: take the slices, run the body, store its outputs in the lists. */
function registerBody(binding: Binding, name: string, types: readonly number[], loop: Loop): void {
  const { inlineBody, parameters, outputs, carried, length, reverse = false } = loop;
  const builder = new FunctionBuilder(binding, name);
  const [counter, ...variables] = types.map((type) => builder.addInput(type)) as [Value, ...Value[]];
  const values = variables.slice(0, parameters.length);
  const lists = variables.slice(parameters.length);
  const int32 = { T: attribute.type(DataType.int32) };
  const position = reverse
    ? builder.addNode("Sub", [builder.addInt([length - 1]), counter], int32).output()
    : counter;
  const results = inlineBody(
    builder,
    values.map((value, i) =>
      isSliced(loop, i) ? addSlice(builder, value, types[i + 1] as number, position) : value,
    ),
  );
  const nextCounter = builder.addNode("AddV2", [counter, builder.addInt([1])], int32).output();
  const carry = results.slice(0, carried);
  const nextLists = lists.map((list, i) => {
    const { dtype } = outputs[i] as TensorType;
    const inputs = [list, position, results[carried + i] as Value];
    return builder.addNode("TensorListSetItem", inputs, { element_dtype: attribute.type(dtype) }).output();
  });
  const next = [nextCounter, ...carry, ...values.slice(carried), ...nextLists];
  next.forEach((value, i) => builder.addOutput(value, { dtype: types[i] as number }));
  builder.register();
}

/** Adds the entry of a stacked tensor at `position`. */
function addSlice(builder: FunctionBuilder, stacked: Value, dtype: number, position: Value): Value {
  return builder
    .addNode("GatherV2", [stacked, position, builder.addInt([0])], {
      Tparams: attribute.type(dtype),
      Tindices: attribute.type(DataType.int32),
      Taxis: attribute.type(DataType.int32),
    })
    .output();
}

/** Adds an empty list for `length` tensors of one type. */
function addList(builder: FunctionBuilder, { shape, dtype }: TensorType, length: number): Value {
  const attributes = {
    element_dtype: attribute.type(dtype),
    shape_type: attribute.type(DataType.int32),
  };
  const inputs = [builder.addInt(shape, [shape.length]), builder.addInt([length])];
  return builder.addNode("TensorListReserve", inputs, attributes).output();
}

/** Adds the entries of a full list as one tensor. */
function stackList(
  builder: FunctionBuilder,
  list: Value,
  { shape, dtype }: TensorType,
  length: number,
): Value {
  const attributes = { element_dtype: attribute.type(dtype), num_elements: attribute.int(length) };
  return builder
    .addNode("TensorListStack", [list, builder.addInt(shape, [shape.length])], attributes)
    .output();
}
