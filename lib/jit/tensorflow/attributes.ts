import type { Ref, TensorType } from "./graph";
import { typeOf } from "./graph";
import type { NativeAttribute } from "../../core/backend/native";
import type {
  ArgumentMessage,
  AttributeMessage,
  Attributes,
  OperationMessage,
  ShapeMessage,
  TensorMessage,
} from "./protobuf";
import { DataType } from "../../core/backend/native";

export const shapeMessage = (shape: readonly number[]): ShapeMessage => ({
  dim: shape.map((size) => ({ size })),
});

/** Attributes as a function definition holds them. */
export const attribute = {
  type: (type: number): AttributeMessage => ({ type }),
  types: (type: readonly number[]): AttributeMessage => ({ list: { type } }),
  int: (i: number): AttributeMessage => ({ i }),
  bool: (b: boolean): AttributeMessage => ({ b }),
  func: (name: string): AttributeMessage => ({ func: { name } }),
  shape: (shape: readonly number[]): AttributeMessage => ({ shape: shapeMessage(shape) }),
  shapes: (shapes: readonly (readonly number[])[]): AttributeMessage => ({
    list: { shape: shapes.map(shapeMessage) },
  }),
  tensor: (tensor: TensorMessage): AttributeMessage => ({ tensor }),
} as const;

/** The attributes of a `Const` node with these values; a tensor of equal values takes no room. */
export function constantAttributes({ shape, dtype }: TensorType, values: ArrayBufferView): Attributes {
  const tensorShape = shapeMessage(shape);
  const elements = values as unknown as ArrayLike<number>;
  const first = elements[0];
  const uniform = first !== undefined && elements.length > 1 && allEqual(elements, first);
  const value: TensorMessage =
    uniform && dtype === DataType.float32
      ? { dtype, tensorShape, floatVal: [first] }
      : uniform && dtype === DataType.int32
        ? { dtype, tensorShape, intVal: [first] }
        : { dtype, tensorShape, tensorContent: copyBytes(values) };
  return { dtype: attribute.type(dtype), value: attribute.tensor(value) };
}

function allEqual(values: ArrayLike<number>, first: number): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false;
  return true;
}

const copyBytes = (view: ArrayBufferView): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();

/**
 * The attributes of a recorded operation, completed: tfjs-node leaves out some types, and gets some wrong, which TensorFlow
 * forgives in a single operation but not in a function. They follow from the inputs and outputs.
 */
export function completeAttributes(
  operation: OperationMessage,
  given: readonly NativeAttribute[],
  inputs: readonly Ref[],
  outputs: readonly TensorType[],
): Attributes {
  const result: Record<string, AttributeMessage> = {};
  for (const { name, value } of given) {
    const type = operation.attr.find((one) => one.name === name)?.type;
    if (type !== undefined) result[name] = convert(type, value);
  }
  fillTypes(operation.inputArg, inputs.map(typeOf), result, true);
  fillTypes(operation.outputArg, outputs, result, false);
  return result;
}

/** Sets the attributes that say how many tensors an argument holds and of what types. */
function fillTypes(
  argumentList: readonly ArgumentMessage[],
  tensors: readonly TensorType[],
  result: Record<string, AttributeMessage>,
  override: boolean,
): void {
  let next = 0;
  for (const argument of argumentList) {
    const count = argumentCount(argument, argumentList, tensors.length, result);
    const types = tensors.slice(next, next + count).map(({ dtype }) => dtype);
    next += count;
    const put = (name: string | undefined, value: AttributeMessage): void => {
      if (name !== undefined && name !== "" && (override || result[name] === undefined)) result[name] = value;
    };
    put(argument.numberAttr, attribute.int(count));
    if (types[0] !== undefined) put(argument.typeAttr, attribute.type(types[0]));
    put(argument.typeListAttr, attribute.types(types));
  }
}

/** How many tensors an argument holds: one, or what its attribute says, or what the others leave. */
function argumentCount(
  { numberAttr, typeListAttr }: ArgumentMessage,
  all: readonly ArgumentMessage[],
  total: number,
  attributes: Attributes,
): number {
  const rest = total - (all.length - 1);
  if (numberAttr !== undefined && numberAttr !== "") return attributes[numberAttr]?.i ?? rest;
  if (typeListAttr !== undefined && typeListAttr !== "")
    return attributes[typeListAttr]?.list?.type?.length ?? rest;
  return 1;
}

/** The name of output number `index`, as a function definition refers to it: output argument and place in it. */
export function outputName(operation: OperationMessage, attributes: Attributes, index: number): string {
  let before = 0;
  for (const argument of operation.outputArg) {
    const count = argumentCount(argument, operation.outputArg, Infinity, attributes);
    if (index < before + count) return `${argument.name}:${index - before}`;
    before += count;
  }
  throw new Error(`jit: ${operation.name} has no output ${index}`);
}

/** A value of tfjs-node's as TensorFlow's definition of the attribute wants it. */
function convert(type: string, value: unknown): AttributeMessage {
  const text = (s: unknown): Uint8Array => Buffer.from(s as string);
  switch (type) {
    case "type":
      return { type: value as number };
    case "int":
      return { i: value as number };
    case "float":
      return { f: value as number };
    case "bool":
      return { b: value as boolean };
    case "string":
      return { s: text(value) };
    case "shape":
      return attribute.shape(value as number[]);
    case "list(int)":
      return { list: { i: value as number[] } };
    case "list(float)":
      return { list: { f: value as number[] } };
    case "list(bool)":
      return { list: { b: value as boolean[] } };
    case "list(type)":
      return { list: { type: value as number[] } };
    case "list(string)":
      return { list: { s: (value as unknown[]).map(text) } };
    default:
      throw new Error(`jit: attributes of type ${type} cannot be recorded`);
  }
}
