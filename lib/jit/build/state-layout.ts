/**
 * Which TensorFlow variable holds which tensors of a state.
 *
 * Each variable costs several microseconds a call, which is most of the time of a step of a small network.
 * Small tensors of one type therefore share a variable, one after the other, flattened.
 */
import { DataType } from "../../core/backend/native";
import { attribute } from "../tensorflow/attributes";
import type { FunctionBuilder, Value } from "../tensorflow/function-builder";
import type { TensorType } from "../tensorflow/graph";

/** A variable, and the tensors of the state that it holds. */
export interface StateVariable {
  /** The variable's own type: that of its tensor, or [N] if it holds several. */
  readonly type: TensorType;
  /** The tensors, in the order in which they are stored. */
  readonly members: readonly Member[];
}

/** A tensor of a state within a variable. */
export interface Member {
  /** Its index in the state. */
  readonly index: number;
  readonly shape: readonly number[];
  /** The index of its first element in the variable. */
  readonly offset: number;
  /** The number of its elements. */
  readonly size: number;
}

/**
 * The greatest number of elements of a tensor that shares a variable. For a larger one, the copies in and out
 * of a shared variable cost what is gained.
 */
const LARGEST_SHARED = 4096;

/** Assigns the tensors of a state to variables. */
export function layOutState(types: readonly TensorType[]): StateVariable[] {
  const shared = new Map<number, Member[]>();
  const variables: StateVariable[] = [];
  types.forEach((type, index) => {
    const { shape, dtype } = type;
    const size = shape.reduce((product, length) => product * length, 1);
    const member = { index, shape, offset: 0, size };
    if (size > LARGEST_SHARED || !(dtype === DataType.float32 || dtype === DataType.int32)) {
      variables.push({ type, members: [member] });
      return;
    }
    const members = shared.get(dtype) ?? [];
    const last = members.at(-1);
    members.push({ ...member, offset: last === undefined ? 0 : last.offset + last.size });
    shared.set(dtype, members);
  });
  for (const [dtype, members] of shared) {
    const last = members.at(-1) as Member;
    const shape = members.length === 1 ? last.shape : [last.offset + last.size];
    variables.push({ type: { shape, dtype }, members });
  }
  return variables;
}

/** Returns the tensors of a state from the values of its variables, in the order of the state. */
export function addUnpacking(
  builder: FunctionBuilder,
  variables: readonly StateVariable[],
  values: readonly Value[],
): Value[] {
  const tensors: Value[] = [];
  variables.forEach(({ type, members }, i) => {
    const value = values[i] as Value;
    if (members.length === 1) {
      for (const { index } of members) tensors[index] = value;
      return;
    }
    const T = attribute.type(type.dtype);
    for (const { index, shape, offset, size } of members) {
      const slice = builder.addNode(
        "Slice",
        [value, builder.addInt([offset], [1]), builder.addInt([size], [1])],
        { T, Index: attribute.type(DataType.int32) },
      );
      tensors[index] = addReshape(builder, slice.output(), shape, type.dtype);
    }
  });
  return tensors;
}

/** Returns the value of a variable from the tensors of a state. */
export function addPacking(
  builder: FunctionBuilder,
  { type, members }: StateVariable,
  tensors: readonly Value[],
): Value {
  const [first] = members;
  if (first !== undefined && members.length === 1) return tensors[first.index] as Value;
  const flat = members.map(({ index, size }) =>
    addReshape(builder, tensors[index] as Value, [size], type.dtype),
  );
  return builder
    .addNode("ConcatV2", [...flat, builder.addInt([0])], {
      N: attribute.int(members.length),
      T: attribute.type(type.dtype),
      Tidx: attribute.type(DataType.int32),
    })
    .output();
}

function addReshape(builder: FunctionBuilder, value: Value, shape: readonly number[], dtype: number): Value {
  return builder
    .addNode("Reshape", [value, builder.addInt(shape, [shape.length])], {
      T: attribute.type(dtype),
      Tshape: attribute.type(DataType.int32),
    })
    .output();
}
