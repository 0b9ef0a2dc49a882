/** Attributes of nodes: from the form in which tfjs-node passes them to the form that a FunctionDef needs. */
import { DataType, type NativeAttribute } from "../../core/backend/native";
import { typeOf, type Ref, type TensorType } from "./graph";
import type {
  ArgumentMessage,
  AttributeMessage,
  Attributes,
  OperationMessage,
  ShapeMessage,
  TensorMessage,
} from "./protobuf";

function shapeMessage(shape: readonly number[]): ShapeMessage {
  return { dim: shape.map((size) => ({ size })) };
}

/** Constructors of attribute values, by type. */
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

/** Returns the attributes of a `Const` node; a tensor of equal values is encoded as one value. */
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

function copyBytes(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
}

/**
 * Returns the complete attributes of a recorded operation.
 *
 * tfjs-node omits some types and gets some wrong, which TensorFlow accepts in a single operation but not in a
 * function. They are derived from the inputs and outputs here.
 */
export function completeAttributes(
  operation: OperationMessage,
  given: readonly NativeAttribute[],
  inputs: readonly Ref[],
  outputs: readonly TensorType[],
): Attributes {
  const result: Record<string, AttributeMessage> = {};
  for (const { name, value } of given) {
    const type = operation.attr.find((definition) => definition.name === name)?.type;
    if (type !== undefined) result[name] = toMessage(type, value);
  }
  fillTypes(operation.inputArg, inputs.map(typeOf), result, true);
  fillTypes(operation.outputArg, outputs, result, false);
  return result;
}

/** Sets the attributes that hold the number and the types of the tensors of each argument. */
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
    const set = (name: string | undefined, value: AttributeMessage): void => {
      if (name !== undefined && name !== "" && (override || result[name] === undefined)) result[name] = value;
    };
    set(argument.numberAttr, attribute.int(count));
    if (types[0] !== undefined) set(argument.typeAttr, attribute.type(types[0]));
    set(argument.typeListAttr, attribute.types(types));
  }
}

/**
 * Returns the number of tensors in an argument: one, or what its attribute says, or what the others leave.
 */
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

/**
 * Returns how a FunctionDef refers to output `index`: the name of the output argument and the index within
 * it.
 */
export function outputName(operation: OperationMessage, attributes: Attributes, index: number): string {
  let before = 0;
  for (const argument of operation.outputArg) {
    const count = argumentCount(argument, operation.outputArg, Infinity, attributes);
    if (index < before + count) return `${argument.name}:${index - before}`;
    before += count;
  }
  throw new Error(`jit: ${operation.name} has no output ${index}`);
}

/** Converts an attribute value of tfjs-node to the message for an attribute of the given type. */
function toMessage(type: string, value: unknown): AttributeMessage {
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
      throw new Error(`jit: cannot record an attribute of type ${type}`);
  }
}
