/**
 * The wire format of TensorFlow functions. The schema holds only the fields in use, with TensorFlow's field
 * numbers (tensorflow/core/framework: function.proto, op_def.proto, node_def.proto, attr_value.proto,
 * tensor.proto).
 */
import { parse, type Type } from "protobufjs";

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
  oneof value { List list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; int32 type = 6;
                Shape shape = 7; Tensor tensor = 8; NamedFunction func = 10; }
}
message Node { string name = 1; string op = 2; repeated string input = 3; map<string, Attribute> attr = 5; }
message Operation {
  message Argument { string name = 1; int32 type = 3; string type_attr = 4; string number_attr = 5;
                     string type_list_attr = 6; }
  message AttributeType { string name = 1; string type = 2; }
  string name = 1; repeated Argument input_arg = 2; repeated Argument output_arg = 3;
  repeated AttributeType attr = 4;
  bool is_stateful = 17; repeated string control_output = 20;
}
message OperationList { repeated bytes op = 1; }
message OperationName { string name = 1; }
message Function {
  Operation signature = 1; repeated Node node_def = 3; map<string, string> ret = 4;
  map<string, Attribute> attr = 5; map<string, string> control_ret = 6;
}`;

/** A TensorShapeProto. */
export interface ShapeMessage {
  readonly dim: readonly { readonly size: number }[];
}

/** A TensorProto: the value of a constant. */
export interface TensorMessage {
  readonly dtype: number;
  readonly tensorShape: ShapeMessage;
  readonly tensorContent?: Uint8Array;
  readonly floatVal?: readonly number[];
  readonly intVal?: readonly number[];
  readonly boolVal?: readonly boolean[];
}

/** An AttrValue, the value of an attribute: exactly one field is set. */
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

/** The attributes of a node by name. */
export type Attributes = Readonly<Record<string, AttributeMessage>>;

/** A NodeDef: one call of an operation in a function. */
export interface NodeMessage {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Attributes;
}

/** An OpDef.ArgDef, an input or output of an operation: one tensor, or as many as an attribute says. */
export interface ArgumentMessage {
  readonly name: string;
  readonly type?: number;
  readonly typeAttr?: string;
  readonly numberAttr?: string;
  readonly typeListAttr?: string;
}

/** An OpDef: the definition of an operation, or the signature of a function. */
export interface OperationMessage {
  readonly name: string;
  readonly inputArg: readonly ArgumentMessage[];
  readonly outputArg: readonly ArgumentMessage[];
  readonly attr: readonly { readonly name: string; readonly type: string }[];
  readonly isStateful?: boolean;
  readonly controlOutput?: readonly string[];
}

/** A FunctionDef: `ret` maps each result's name to the value that it returns. */
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

/** Serializes a FunctionDef. */
export function encodeFunction(message: FunctionMessage): Uint8Array {
  return functionType.encode(message).finish();
}

function decode(type: Type, bytes: Uint8Array): unknown {
  return type.decode(bytes);
}

/** Splits a serialized OpList into its operations by name, each still encoded. */
export function indexOperations(bytes: Uint8Array): Map<string, Uint8Array> {
  const { op } = decode(operationListType, bytes) as { op: Uint8Array[] };
  return new Map(op.map((one) => [(decode(operationNameType, one) as { name: string }).name, one]));
}

/** Parses a serialized OpDef. */
export function decodeOperation(bytes: Uint8Array): OperationMessage {
  return decode(operationType, bytes) as OperationMessage;
}
