import type * as tf from "@tensorflow/tfjs";
import { completeAttributes, constantAttributes } from "../tensorflow/attributes";
import { forbidden } from "./errors";
import {
  ARGUMENT,
  liveNodes,
  typeOf,
  type Graph,
  type Node,
  type Ref,
  type TensorType,
} from "../tensorflow/graph";
import { DataType, type Binding, type NativeAttribute, type NativeTensor } from "../../core/backend/native";
import { operation } from "../tensorflow/op-definitions";

/** A tensor from outside of the recorded function that becomes one more argument of it. */
export interface Capture {
  readonly id: number;
  readonly parameter: Node;
}

/**
 * Writes down the operations of one function while they run.
 *
 * Tensors are known by their handles in the addon, which are never used twice. A recorder inside another one (the body of a
 * loop) takes tensors of the outer function as further arguments.
 */
export class Recorder {
  readonly captures: Capture[] = [];
  /** The tensors of the function around this one that it used, by handle. */
  readonly outsiders = new Map<number, tf.TensorInfo>();
  /** Registered functions that the recorded one calls. */
  readonly callees: string[] = [];
  /** The first thing that the function did against the rules, should it have swallowed the error. */
  violation: Error | undefined;
  private readonly nodes: Node[] = [];
  private readonly parameters: Node[] = [];
  private readonly refs = new Map<number, Ref>();
  private readonly written = new WeakSet();

  /**
   * @param label the function's name, for messages.
   * @param constants handles of the tensors from outside that it may use.
   */
  constructor(
    readonly label: string,
    private readonly constants: ReadonlyMap<number, TensorType>,
    readonly parent?: Recorder,
  ) {}

  /** Declares an argument of the function: the tensor with this handle. */
  parameter(id: number, type: TensorType): Node {
    const node = this.push({ op: ARGUMENT, inputs: [], attributes: {}, outputs: [type], traced: true });
    this.parameters.push(node);
    this.refs.set(id, { node, index: 0 });
    return node;
  }

  /** Writes down a constant. */
  constant(id: number, type: TensorType, values: ArrayBufferView): void {
    const attributes = constantAttributes(type, values);
    const node = this.push({ op: "Const", inputs: [], attributes, outputs: [type], traced: false });
    this.refs.set(id, { node, index: 0 });
  }

  /** Runs an operation and writes it down. */
  execute(
    binding: Binding,
    op: string,
    given: readonly NativeAttribute[],
    ids: readonly number[],
    count: number,
  ): NativeTensor[] {
    const definition = operation(binding, op);
    if (definition.isStateful === true) throw this.refuse(forbidden.operation(this.label, op, new Error()));
    const inputs = ids.map((id) => this.ref(id));
    const outputs = binding.executeOp(op, given, ids, count);
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

  /** The place in this function where a tensor comes from; a tensor from outside becomes an argument. */
  ref(id: number): Ref {
    const known = this.refs.get(id);
    if (known !== undefined) return known;
    const outer = this.parent?.ref(id);
    if (outer?.node.op === "Const" && outer.node.outputs[0]?.dtype !== DataType.float32) {
      const { op, attributes, outputs } = outer.node; // shapes and indices: TensorFlow wants to know them when it compiles
      const ref = { node: this.push({ op, inputs: [], attributes, outputs, traced: false }), index: 0 };
      this.refs.set(id, ref);
      return ref;
    }
    const type = outer === undefined ? this.constants.get(id) : outer.node.outputs[outer.index];
    if (type === undefined) throw new Error(`jit: tensor ${id} is not of this function`);
    this.captures.push({ id, parameter: this.parameter(id, type) });
    return { node: this.captures.at(-1)?.parameter as Node, index: 0 };
  }

  /** Notes a tensor that an operation takes. */
  noteUsed(id: number, tensor: tf.TensorInfo): void {
    if (this.parent !== undefined && !this.refs.has(id)) this.outsiders.set(id, tensor);
  }

  /** Whether a tensor's value depends on the arguments; undefined for a tensor from outside. */
  isTraced(id: number): boolean | undefined {
    return (
      this.refs.get(id)?.node.traced ??
      this.parent?.isTraced(id) ??
      (this.constants.has(id) ? false : undefined)
    );
  }

  /** Notes a tensor that was made from plain numbers inside of the function. */
  noteWritten(dataId: object): void {
    this.written.add(dataId);
  }

  /** The recorder, this one or one around it, of the function in which a tensor was made from plain numbers. */
  writerOf(dataId: object): Recorder | undefined {
    return this.written.has(dataId) ? this : this.parent?.writerOf(dataId);
  }

  /** Keeps the first violation, in case the function catches the error. */
  refuse(error: Error): Error {
    this.violation ??= error;
    return this.parent?.refuse(error) ?? error;
  }

  /** The function as recorded, with these results. */
  graph(results: readonly Ref[]): Graph {
    return { parameters: this.parameters, nodes: liveNodes(this.nodes, results), results };
  }

  private push(node: Omit<Node, "name" | "origin">): Node {
    const complete = { ...node, name: `n${this.nodes.length}`, origin: new Error() };
    this.nodes.push(complete);
    return complete;
  }
}
