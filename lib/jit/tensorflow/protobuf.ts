import { parse, type Type } from "protobufjs";

/**
 * The messages of TensorFlow that a function is written in, cut down to the fields in use; the numbers are TensorFlow's
 * (tensorflow/core/framework: function.proto, op_def.proto, node_def.proto, attr_value.proto, tensor.proto).
 */
const SCHEMA = `
syntax = "proto3";
message Shape { message Dim { int64 size = 1; } repeated Dim dim = 2; }
message Tensor {
  int32 dtype = 1; Shape tensor_shape = 2; bytes tensor_content = 4;
  repeated float float_val = 5; repeated int32 int_val = 7; repeated bool bool_val = 11;
}
message NamedFunction { string name = 1; map<string, Attribute> attr = 2; }
message Attribute {
  message List { repeated bytes s = 2; repeated int64 i = 3; repeated float f = 4; repeated bool b = 5;
                 repeated int32 type = 6; repeated Shape shape = 7; }
  oneof value { List list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; int32 type = 6; Shape shape = 7;
                Tensor tensor = 8; NamedFunction func = 10; }
}
message Node { string name = 1; string op = 2; repeated string input = 3; map<string, Attribute> attr = 5; }
message Operation {
  message Argument { string name = 1; int32 type = 3; string type_attr = 4; string number_attr = 5;
                     string type_list_attr = 6; }
  message AttributeType { string name = 1; string type = 2; }
  string name = 1; repeated Argument input_arg = 2; repeated Argument output_arg = 3; repeated AttributeType attr = 4;
  bool is_stateful = 17; repeated string control_output = 20;
}
message OperationList { repeated bytes op = 1; }
message OperationName { string name = 1; }
message Function {
  Operation signature = 1; repeated Node node_def = 3; map<string, string> ret = 4; map<string, Attribute> attr = 5;
  map<string, string> control_ret = 6;
}`;

export interface ShapeMessage {
  readonly dim: readonly { readonly size: number }[];
}

export interface TensorMessage {
  readonly dtype: number;
  readonly tensorShape: ShapeMessage;
  readonly tensorContent?: Uint8Array;
  readonly floatVal?: readonly number[];
  readonly intVal?: readonly number[];
  readonly boolVal?: readonly boolean[];
}

/** The value of an attribute: exactly one field is set. */
export interface AttributeMessage {
  readonly s?: Uint8Array;
  readonly i?: number;
  readonly f?: number;
  readonly b?: boolean;
  readonly type?: number;
  readonly shape?: ShapeMessage;
  readonly tensor?: TensorMessage;
  readonly func?: { readonly name: string };
  readonly list?: {
    readonly s?: readonly Uint8Array[];
    readonly i?: readonly number[];
    readonly f?: readonly number[];
    readonly b?: readonly boolean[];
    readonly type?: readonly number[];
    readonly shape?: readonly ShapeMessage[];
  };
}

export type Attributes = Readonly<Record<string, AttributeMessage>>;

export interface NodeMessage {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Attributes;
}

/** An input or output of an operation: one tensor, or as many as an attribute says. */
export interface ArgumentMessage {
  readonly name: string;
  readonly type?: number;
  readonly typeAttr?: string;
  readonly numberAttr?: string;
  readonly typeListAttr?: string;
}

export interface OperationMessage {
  readonly name: string;
  readonly inputArg: readonly ArgumentMessage[];
  readonly outputArg: readonly ArgumentMessage[];
  readonly attr: readonly { readonly name: string; readonly type: string }[];
  readonly isStateful?: boolean;
  readonly controlOutput?: readonly string[];
}

export interface FunctionMessage {
  readonly signature: OperationMessage;
  readonly nodeDef: readonly NodeMessage[];
  readonly ret: Readonly<Record<string, string>>;
  readonly controlRet?: Readonly<Record<string, string>>;
  readonly attr?: Attributes;
}

const root = parse(SCHEMA).root;
const functionType = root.lookupType("Function");
const operationType = root.lookupType("Operation");
const operationListType = root.lookupType("OperationList");
const operationNameType = root.lookupType("OperationName");

/** A function as the bytes that TensorFlow reads. */
export const encodeFunction = (message: FunctionMessage): Uint8Array => functionType.encode(message).finish();

const decode = (type: Type, bytes: Uint8Array): unknown => type.decode(bytes);

/** The operations of a list, still encoded, by name. */
export function indexOperations(bytes: Uint8Array): Map<string, Uint8Array> {
  const { op } = decode(operationListType, bytes) as { op: Uint8Array[] };
  return new Map(op.map((one) => [(decode(operationNameType, one) as { name: string }).name, one]));
}

export const decodeOperation = (bytes: Uint8Array): OperationMessage =>
  decode(operationType, bytes) as OperationMessage;
