import type { Attributes } from "./protobuf";

/** Shape and type of a tensor; the type is TensorFlow's number. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** An operation that was recorded. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Ref[];
  readonly attributes: Attributes;
  readonly outputs: readonly TensorType[];
  /** Whether its value depends on an argument, so that it is not known while tracing. */
  readonly traced: boolean;
  /** Where it was called; the stack is formatted only when somebody asks. */
  readonly origin: Error;
}

/** Output number `index` of a node. */
export interface Ref {
  readonly node: Node;
  readonly index: number;
}

/** The op name of an argument of the function being recorded. */
export const ARGUMENT = "_Arg";

/** A recorded function: arguments, operations in an order that can be run, results. */
export interface Graph {
  readonly parameters: readonly Node[];
  readonly nodes: readonly Node[];
  readonly results: readonly Ref[];
}

export const typeOf = ({ node, index }: Ref): TensorType => node.outputs[index] as TensorType;

/** The nodes that the results depend on, in their order; arguments left out. */
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
