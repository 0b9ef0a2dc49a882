import { attribute } from "../tensorflow/attributes";
import { FunctionBuilder, type Value } from "../tensorflow/function-builder";
import type { Graph, Ref, TensorType } from "../tensorflow/graph";
import { typeOf } from "../tensorflow/graph";
import { DataType, type Binding } from "../../core/backend/native";

/**
 * A loop over a recorded body.
 *
 * The body's parameters are what is carried from turn to turn, one slice of each stacked tensor, and what stays the same, in
 * this order; its results are the new carry and what is stacked up, in this order.
 */
export interface Loop {
  readonly graph: Graph;
  /** Writes the body into a function; as it was recorded, by default. */
  readonly body?: Body;
  readonly carried: number;
  readonly sliced: number;
  readonly length: number;
  /** Whether the slices are taken, and the results put, from the last to the first. */
  readonly reverse?: boolean;
}

/** Writes something into a function: from values to results. */
export type Body = (builder: FunctionBuilder, values: readonly Value[]) => readonly Value[];

/**
 * Writes a loop into a function: TensorFlow's While, which is compiled once whatever its length.
 *
 * @param name of two functions that are registered for it, with `_cond` and `_body` behind it.
 * @param values the initial carry, the stacked tensors, and what stays the same.
 * @returns the last carry and the stacks of the other results.
 */
export function addLoop(
  builder: FunctionBuilder,
  name: string,
  loop: Loop,
  values: readonly Value[],
): Value[] {
  const { binding } = builder;
  const { graph, carried, length } = loop;
  const inputTypes = loopTypes(loop);
  const stackTypes = graph.results.slice(carried).map(typeOf);
  const types = [
    DataType.int32,
    ...inputTypes.map(({ dtype }) => dtype),
    ...stackTypes.map(() => DataType.variant),
  ];
  const [cond, turn] = [`${name}_cond`, `${name}_body`];
  registerCondition(binding, cond, types, length);
  registerTurn(binding, turn, types, loop);
  const stacks = stackTypes.map((type) => newStack(builder, type, length));
  const loopNode = builder.node("StatelessWhile", [builder.int([0]), ...values, ...stacks], {
    T: attribute.types(types),
    cond: attribute.func(cond),
    body: attribute.func(turn),
    output_shapes: attribute.shapes([
      [],
      ...inputTypes.map(({ shape }) => shape),
      ...stackTypes.map(() => []),
    ]),
    parallel_iterations: attribute.int(1),
  });
  const range = (from: number, count: number): Value[] =>
    Array.from({ length: count }, (_, i) => loopNode.output(from + i));
  const full = range(1 + values.length, stacks.length);
  return [
    ...range(1, carried),
    ...full.map((stack, i) => stackTensor(builder, stack, stackTypes[i] as TensorType, length)),
  ];
}

const stacked = ({ shape, dtype }: TensorType, length: number): TensorType => ({
  shape: [length, ...shape],
  dtype,
});

/** Types of what goes around in the loop, besides the counter and the stacks. */
const loopTypes = ({ graph, carried, sliced, length }: Loop): TensorType[] =>
  graph.parameters.map((node, i) => {
    const type = typeOf({ node, index: 0 });
    return i >= carried && i < carried + sliced ? stacked(type, length) : type;
  });

/** counter < length. */
function registerCondition(binding: Binding, name: string, types: readonly number[], length: number): void {
  const builder = new FunctionBuilder(binding, name);
  const [counter] = types.map((type) => builder.input(type));
  const less = builder.node("Less", [counter as Value, builder.int([length])], {
    T: attribute.type(DataType.int32),
  });
  builder.output(less.output(), { dtype: DataType.bool });
  builder.register();
}

/** One turn: take the slices, run the body, put its results on the stacks. */
function registerTurn(binding: Binding, name: string, types: readonly number[], loop: Loop): void {
  const { graph, carried, sliced, length, reverse = false } = loop;
  const body: Body = loop.body ?? ((inner, xs) => inner.inline(graph, xs));
  const builder = new FunctionBuilder(binding, name);
  const inputs = types.map((type) => builder.input(type));
  const [counter, ...around] = inputs as [Value, ...Value[]];
  const values = around.slice(0, graph.parameters.length);
  const stacks = around.slice(graph.parameters.length);
  const int32 = { T: attribute.type(DataType.int32) };
  const place = reverse ? builder.node("Sub", [builder.int([length - 1]), counter], int32).output() : counter;
  const results = body(
    builder,
    values.map((value, i) =>
      i >= carried && i < carried + sliced ? slice(builder, value, types[i + 1] as number, place) : value,
    ),
  );
  const next = builder.node("AddV2", [counter, builder.int([1])], int32).output();
  const carry = results.slice(0, carried);
  const grown = stacks.map((stack, i) => {
    const { dtype } = typeOf(graph.results[carried + i] as Ref);
    const put = [stack, place, results[carried + i] as Value];
    return builder.node("TensorListSetItem", put, { element_dtype: attribute.type(dtype) }).output();
  });
  const outputs = [next, ...carry, ...values.slice(carried), ...grown];
  outputs.forEach((value, i) => builder.output(value, { dtype: types[i] as number }));
  builder.register();
}

/** Number `place` of a stacked tensor. */
const slice = (builder: FunctionBuilder, stack: Value, dtype: number, place: Value): Value =>
  builder
    .node("GatherV2", [stack, place, builder.int([0])], {
      Tparams: attribute.type(dtype),
      Tindices: attribute.type(DataType.int32),
      Taxis: attribute.type(DataType.int32),
    })
    .output();

/** A list of `length` tensors of one shape, empty yet. */
function newStack(builder: FunctionBuilder, { shape, dtype }: TensorType, length: number): Value {
  const attributes = {
    element_dtype: attribute.type(dtype),
    shape_type: attribute.type(DataType.int32),
  };
  const inputs = [builder.int(shape, [shape.length]), builder.int([length])];
  return builder.node("TensorListReserve", inputs, attributes).output();
}

/** A full list as one tensor. */
function stackTensor(
  builder: FunctionBuilder,
  stack: Value,
  { shape, dtype }: TensorType,
  length: number,
): Value {
  const attributes = { element_dtype: attribute.type(dtype), num_elements: attribute.int(length) };
  return builder.node("TensorListStack", [stack, builder.int(shape, [shape.length])], attributes).output();
}
