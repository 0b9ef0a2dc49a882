import { attribute, outputName } from "./attributes";
import type { Graph, Node, TensorType } from "./graph";
import type { Binding } from "../../core/backend/native";
import { declareOperation, forgetOperation, operation } from "./op-definitions";
import { encodeFunction, type Attributes, type NodeMessage } from "./protobuf";

/** A value inside of a function that is being built, under TensorFlow's name for it. */
export type Value = string;

/**
 * Builds a TensorFlow function node by node and registers it.
 *
 * Values are named as TensorFlow's function definitions name them: `argument`, or `node:output:index`.
 */
export class FunctionBuilder {
  private readonly inputs: { name: string; type: number }[] = [];
  private readonly outputs: { value: Value; type: number }[] = [];
  private readonly effects: string[] = [];
  private readonly nodes: NodeMessage[] = [];

  constructor(
    readonly binding: Binding,
    readonly name: string,
  ) {}

  /** One more argument. */
  input(type: number): Value {
    const name = `a${this.inputs.length}`;
    this.inputs.push({ name, type });
    return name;
  }

  /** One more operation; the answer names its outputs by number. */
  node(
    op: string,
    inputs: readonly Value[],
    attr: Attributes,
    { name = `h${this.nodes.length}`, after = [] as readonly string[] } = {},
  ): { readonly name: string; readonly output: (index?: number) => Value } {
    const control = after.map((other) => `^${other}`);
    this.nodes.push({ name, op, input: [...inputs, ...control], attr });
    const definition = operation(this.binding, op);
    return { name, output: (index = 0) => `${name}:${outputName(definition, attr, index)}` };
  }

  /** An int32 constant. */
  int(values: readonly number[], shape: readonly number[] = []): Value {
    const tensor = {
      dtype: 3,
      tensorShape: { dim: shape.map((size) => ({ size })) },
      tensorContent: Buffer.from(Int32Array.from(values).buffer),
    };
    return this.node("Const", [], { dtype: attribute.type(3), value: attribute.tensor(tensor) }).output();
  }

  /** All of a recorded function, applied to these values; the answer is its results. */
  inline(graph: Graph, values: readonly Value[]): Value[] {
    const known = new Map<Node, (index: number) => Value>();
    graph.parameters.forEach((parameter, i) => known.set(parameter, () => values[i] as Value));
    this.addNodes(graph.nodes, known);
    return graph.results.map(({ node, index }) => (known.get(node) as (index: number) => Value)(index));
  }

  /** Recorded nodes, in an order that can be run. `known` says where values are, and learns of the new ones. */
  addNodes(nodes: readonly Node[], known: Map<Node, (index: number) => Value>): void {
    for (const node of nodes) {
      const inputs = node.inputs.map((ref) => (known.get(ref.node) as (index: number) => Value)(ref.index));
      known.set(node, this.node(node.op, inputs, node.attributes, { name: node.name }).output);
    }
  }

  /** One more result. */
  output(value: Value, { dtype }: Pick<TensorType, "dtype">): void {
    this.outputs.push({ value, type: dtype });
  }

  /** A node that must run although no result depends on it. */
  effect(node: string): void {
    this.effects.push(node);
  }

  /** Hands the function to TensorFlow; with `xla`, to be compiled as a whole. */
  register({ xla = false } = {}): void {
    const outputs = this.outputs.map(({ value, type }, i) => ({ name: `r${i}`, value, type }));
    const signature = {
      name: this.name,
      inputArg: this.inputs,
      outputArg: outputs.map(({ name, type }) => ({ name, type })),
      attr: [],
      ...(this.effects.length > 0 ? { isStateful: true, controlOutput: this.effects } : {}),
    };
    this.binding.addFunction(
      encodeFunction({
        signature,
        nodeDef: this.nodes,
        ret: Object.fromEntries(outputs.map(({ name, value }) => [name, value])),
        controlRet: Object.fromEntries(this.effects.map((name) => [name, name])),
        attr: xla ? { _XlaMustCompile: attribute.bool(true) } : {},
      }),
    );
    registered.add(this.name);
    declareOperation(signature);
  }
}

/** Names of the functions that TensorFlow has from here. */
const registered = new Set<string>();
let familyCount = 0;

/**
 * A name for TensorFlow that no other function has, with the user's name in it.
 *
 * Functions that are registered for it alone get its name with something behind it, and go when it goes.
 */
export const uniqueName = (label: string): string =>
  `latent${familyCount++}_${label.replace(/[^A-Za-z0-9_]/g, "_").slice(0, 60)}`;

/** Takes a registered function away again, with those that were registered for it. */
export function unregister(binding: Binding, name: string): void {
  const family = name.slice(0, name.indexOf("_") + 1);
  for (const one of registered) {
    if (!one.startsWith(family)) continue;
    registered.delete(one);
    forgetOperation(one);
    binding.removeFunction(one);
  }
}
