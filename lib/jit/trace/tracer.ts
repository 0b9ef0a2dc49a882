/** Records the operations of a traced function as a graph. */
import type * as tf from "@tensorflow/tfjs";
import {
  DataType,
  type Binding,
  type NativeAttribute,
  type NativeBackend,
  type NativeTensor,
} from "../../core/backend/native";
import { completeAttributes, constantAttributes } from "../tensorflow/attributes";
import {
  ARGUMENT,
  liveNodes,
  typeOf,
  type Graph,
  type Node,
  type Ref,
  type TensorType,
} from "../tensorflow/graph";
import { operationDefinition } from "../tensorflow/op-definitions";
import { fixedNumbers, type FixedNumbers } from "./fixed-numbers";
import { tracingErrors } from "./tracing-errors";

/**
 * A tensor of an enclosing function, or one from outside, that becomes a further parameter of the graph.
 */
export interface Capture {
  readonly handle: number;
  readonly parameter: Node;
}

/** Notes the tensors from outside that a traced function captures. */
export interface CaptureListener {
  add(backend: NativeBackend, tensor: Pick<tf.TensorInfo, "dataId">): void;
}

/**
 * Records the operations of one function while they run.
 *
 * Tensors are identified by their handles in the addon, which are never reused. The tracer of a nested
 * function (the body of a loop) has the enclosing function's tracer as its parent, whose tensors it captures.
 */
export class Tracer {
  readonly captures: Capture[] = [];
  /** The tensors of enclosing functions that operations took as inputs, by handle. */
  readonly outerTensors = new Map<number, tf.TensorInfo>();
  /** The constants that were recorded, those of nested functions included; of the outermost function only. */
  readonly fixed: FixedNumbers[] = [];
  /** The names of registered functions that the traced function calls. */
  readonly callees: string[] = [];
  /** The first violation of the tracing rules, in case the traced function catches the error. */
  violation: Error | undefined;
  private readonly nodes: Node[] = [];
  private readonly parameters: Node[] = [];
  private readonly refs = new Map<number, Ref>();
  private readonly hostTensors = new WeakSet();
  /** The types of tensors from outside all traced functions, by handle. */
  private readonly outside = new Map<number, TensorType>();

  /**
   * @param label the name of the function, for messages.
   * @param captured is told of the tensors from outside that the function captures.
   */
  constructor(
    readonly label: string,
    private readonly captured: CaptureListener | undefined,
    readonly parent?: Tracer,
  ) {}

  /** Adds a parameter: the tensor with this handle. */
  parameter(handle: number, type: TensorType): Node {
    const node = this.push({ op: ARGUMENT, inputs: [], attributes: {}, outputs: [type], traced: true });
    this.parameters.push(node);
    this.refs.set(handle, { node, index: 0 });
    return node;
  }

  /** Records a constant. */
  constant(handle: number, type: TensorType, values: ArrayBufferView): void {
    const attributes = constantAttributes(type, values);
    this.noteFixed(fixedNumbers(values, new Error()));
    const node = this.push({ op: "Const", inputs: [], attributes, outputs: [type], traced: false });
    this.refs.set(handle, { node, index: 0 });
  }

  private noteFixed(numbers: FixedNumbers): void {
    if (this.parent === undefined) this.fixed.push(numbers);
    else this.parent.noteFixed(numbers);
  }

  /** Runs an operation and records it. */
  execute(
    binding: Binding,
    op: string,
    given: readonly NativeAttribute[],
    handles: readonly number[],
    count: number,
  ): NativeTensor[] {
    const definition = operationDefinition(binding, op);
    if (definition.isStateful === true)
      throw this.addViolation(tracingErrors.sideEffect(this.label, op, new Error()));
    const inputs = handles.map((handle) => this.ref(handle));
    const outputs = binding.executeOp(op, given, handles, count);
    if (op === "Cast" && inputs[0] !== undefined && typeOf(inputs[0]).dtype === outputs[0]?.dtype) {
      this.refs.set(outputs[0].id, inputs[0]); // tfjs's gradients are full of casts from float to float
      return outputs;
    }
    const attributes = completeAttributes(definition, given, inputs, outputs);
    const traced = inputs.some(({ node }) => node.traced);
    const node = this.push({ op, inputs, attributes, outputs, traced });
    outputs.forEach(({ id }, index) => this.refs.set(id, { node, index }));
    return outputs;
  }

  /**
   * Returns the node output that a tensor stands for; captures the tensor if it belongs to an enclosing
   * function.
   */
  ref(handle: number): Ref {
    const known = this.refs.get(handle);
    if (known !== undefined) return known;
    const outer = this.parent?.ref(handle);
    if (outer?.node.op === "Const" && outer.node.outputs[0]?.dtype !== DataType.float32) {
      // Shapes and indices are copied into the inner function: TensorFlow needs their values when it
      // compiles.
      const { op, attributes, outputs } = outer.node;
      const ref = { node: this.push({ op, inputs: [], attributes, outputs, traced: false }), index: 0 };
      this.refs.set(handle, ref);
      return ref;
    }
    const type = outer === undefined ? this.outside.get(handle) : typeOf(outer);
    if (type === undefined) throw new Error(`jit: tensor ${handle} does not belong to the traced function`);
    const parameter = this.parameter(handle, type);
    this.captures.push({ handle, parameter });
    return { node: parameter, index: 0 };
  }

  /** Captures a tensor from outside all traced functions: the outermost one gets a parameter for it. */
  capture(backend: NativeBackend, tensor: Pick<tf.TensorInfo, "dataId">): void {
    if (this.parent !== undefined) {
      this.parent.capture(backend, tensor);
      return;
    }
    const { id, shape, dtype } = backend.tensorMap.get(tensor.dataId);
    this.outside.set(id, { shape, dtype });
    this.captured?.add(backend, tensor);
  }

  /** Notes that an operation takes a tensor. */
  noteInput(handle: number, tensor: tf.TensorInfo): void {
    if (this.parent !== undefined && !this.refs.has(handle)) this.outerTensors.set(handle, tensor);
  }

  /** Whether a tensor's value depends on the parameters; undefined for a tensor from outside. */
  isTraced(handle: number): boolean | undefined {
    return (
      this.refs.get(handle)?.node.traced ??
      this.parent?.isTraced(handle) ??
      (this.outside.has(handle) ? false : undefined)
    );
  }

  /** Notes a tensor that the function created from JavaScript numbers. */
  noteHostTensor(dataId: object): void {
    this.hostTensors.add(dataId);
  }

  /** Returns this tracer or the enclosing one whose function created a tensor from JavaScript numbers. */
  creatorOf(dataId: object): Tracer | undefined {
    return this.hostTensors.has(dataId) ? this : this.parent?.creatorOf(dataId);
  }

  /** Keeps the first violation of the tracing rules, and returns the error to throw. */
  addViolation(error: Error): Error {
    this.violation ??= error;
    return this.parent?.addViolation(error) ?? error;
  }

  /** Returns the recorded graph with the given results, without dead nodes. */
  graph(results: readonly Ref[]): Graph {
    return { parameters: this.parameters, nodes: liveNodes(this.nodes, results), results };
  }

  private push(node: Omit<Node, "name" | "origin">): Node {
    const complete = { ...node, name: `n${this.nodes.length}`, origin: new Error() };
    this.nodes.push(complete);
    return complete;
  }
}
