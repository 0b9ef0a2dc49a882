/** Writes TensorFlow functions node by node, registers them with the runtime, and removes them again. */
import { createHash } from "node:crypto";
import { DataType, type Binding } from "../../core/backend/native";
import { attribute, constantAttributes, outputName } from "./attributes";
import { parameterTypes, refKey, type Graph, type Node, type Ref, type TensorType } from "./graph";
import { declareOperation, forgetOperation, operationDefinition } from "./op-definitions";
import { encodeFunction, type Attributes, type NodeMessage } from "./protobuf";

/**
 * A value in the function being built, by its name in the FunctionDef: `argument`, or `node:output:index`.
 */
export type Value = string;

/**
 * Where the outputs of graph nodes are in the function being built: for each node, from output index to
 * value.
 */
export type Values = Map<Node, (index: number) => Value>;

/** Returns the value of a node's output, which must be in `values`. */
export function valueOf(values: ReadonlyMap<Node, (index: number) => Value>, { node, index }: Ref): Value {
  return (values.get(node) as (index: number) => Value)(index);
}

/** Builds one TensorFlow function and registers it. */
export class FunctionBuilder {
  private readonly inputs: { name: string; type: number }[] = [];
  private readonly outputs: { value: Value; type: number }[] = [];
  private readonly effects: string[] = [];
  private readonly nodes: NodeMessage[] = [];

  constructor(
    readonly binding: Binding,
    readonly name: string,
  ) {}

  /** Adds an argument of the given element type. */
  addInput(type: number): Value {
    const name = `a${this.inputs.length}`;
    this.inputs.push({ name, type });
    return name;
  }

  /**
   * Adds an operation.
   *
   * @param options `after` names nodes that must run before this one (control inputs).
   * @returns its name, and a function from output index to value.
   */
  addNode(
    op: string,
    inputs: readonly Value[],
    attr: Attributes,
    { name = `h${this.nodes.length}`, after = [] as readonly string[] } = {},
  ): { readonly name: string; readonly output: (index?: number) => Value } {
    const control = after.map((other) => `^${other}`);
    this.nodes.push({ name, op, input: [...inputs, ...control], attr });
    const definition = operationDefinition(this.binding, op);
    return { name, output: (index = 0) => `${name}:${outputName(definition, attr, index)}` };
  }

  /** Adds an int32 constant. */
  addInt(values: readonly number[], shape: readonly number[] = []): Value {
    const type = { shape, dtype: DataType.int32 };
    return this.addNode("Const", [], constantAttributes(type, Int32Array.from(values))).output();
  }

  /** Adds all nodes of a graph applied to the given arguments, and returns its results. */
  inline(graph: Graph, args: readonly Value[]): Value[] {
    const values: Values = new Map();
    graph.parameters.forEach((parameter, i) => values.set(parameter, () => args[i] as Value));
    this.inlineNodes(graph.nodes, values);
    return graph.results.map((ref) => valueOf(values, ref));
  }

  /**
   * Adds nodes of a graph, given in topological order; reads their inputs from `values` and adds their
   * outputs.
   */
  inlineNodes(nodes: readonly Node[], values: Values): void {
    for (const node of nodes) {
      const inputs = node.inputs.map((ref) => valueOf(values, ref));
      values.set(node, this.addNode(node.op, inputs, node.attributes, { name: node.name }).output);
    }
  }

  /** Adds a result. */
  addOutput(value: Value, { dtype }: Pick<TensorType, "dtype">): void {
    this.outputs.push({ value, type: dtype });
  }

  /** Marks a node that must run although no result depends on it. */
  addEffect(node: string): void {
    this.effects.push(node);
  }

  /** Registers the function with TensorFlow; `xla` marks it to be compiled as a whole by XLA. */
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
    registeredNames.add(this.name);
    declareOperation(signature);
  }
}

/** The names of all functions that are registered with TensorFlow now. */
const registeredNames = new Set<string>();

/**
 * Returns a function name that TensorFlow does not have yet and that contains the user's name for it.
 *
 * It depends on the function's content, so that XLA finds what it compiled in another process
 * (core/backend/compile-cache.ts). Helper functions (loop bodies, partitions) are registered under this name
 * with a suffix; {@link unregister} removes them together with it.
 *
 * @param content what distinguishes the function from others; see `contentOf`.
 */
export function uniqueName(label: string, content: string): string {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const suffix = label.replace(/[^A-Za-z0-9_]/g, "_").slice(0, 60);
  for (let copy = 0; ; copy++) {
    const name = `latent${hash}x${copy}_${suffix}`;
    if (!registeredNames.has(name)) return name;
  }
}

/** Returns a string that is equal for graphs with the same operations, constants, parameters and results. */
export function contentOf(graph: Graph): string {
  const { nodes, results } = graph;
  const types = parameterTypes(graph).map(({ shape, dtype }) => ({ shape, dtype }));
  const message = encodeFunction({
    signature: { name: "", inputArg: [], outputArg: [], attr: [] },
    nodeDef: nodes.map(({ name, op, inputs, attributes }) => ({
      name,
      op,
      input: inputs.map(refKey),
      attr: attributes,
    })),
    ret: {},
  });
  return [Buffer.from(message).toString("base64"), JSON.stringify(types), ...results.map(refKey)].join(" ");
}

/** Removes a registered function and its helper functions. */
export function unregister(binding: Binding, name: string): void {
  const prefix = name.slice(0, name.indexOf("_") + 1);
  for (const registered of registeredNames) {
    if (!registered.startsWith(prefix)) continue;
    registeredNames.delete(registered);
    forgetOperation(registered);
    binding.removeFunction(registered);
  }
}
