/**
 * A traced function as data: what JAX calls a jaxpr. Tracing produces it, `build/` turns it into a
 * FunctionDef.
 */
import type { Attributes } from "./protobuf";

/** The shape and element type of a tensor; `dtype` is TensorFlow's number. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** A recorded operation. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Ref[];
  readonly attributes: Attributes;
  readonly outputs: readonly TensorType[];
  /** Whether its value depends on a parameter, and is therefore unknown while tracing. */
  readonly traced: boolean;
  /** The call site; the stack is formatted lazily. */
  readonly origin: Error;
}

/** Output `index` of a node. */
export interface Ref {
  readonly node: Node;
  readonly index: number;
}

/** The op name of a parameter of the traced function. */
export const ARGUMENT = "_Arg";

/** A traced function: its parameters, its operations in topological order, and its results. */
export interface Graph {
  readonly parameters: readonly Node[];
  readonly nodes: readonly Node[];
  readonly results: readonly Ref[];
}

/** Returns the type of a node's output. */
export function typeOf({ node, index }: Ref): TensorType {
  return node.outputs[index] as TensorType;
}

/** Returns the types of a graph's parameters. */
export function parameterTypes({ parameters }: Graph): TensorType[] {
  return parameters.map((node) => typeOf({ node, index: 0 }));
}

/** Returns a string that is equal for two references if and only if they are to the same output. */
export function refKey({ node, index }: Ref): string {
  return `${node.name}:${index}`;
}

/** Returns the nodes that the results depend on, in their order and without the parameters. */
export function liveNodes(nodes: readonly Node[], results: readonly Ref[]): Node[] {
  const live = new Set<Node>();
  const pending = results.map((ref) => ref.node);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (live.has(node)) continue;
    live.add(node);
    for (const input of node.inputs) pending.push(input.node);
  }
  return nodes.filter((node) => live.has(node) && node.op !== ARGUMENT);
}
