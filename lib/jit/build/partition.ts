/**
 * The compiler `mixed`: splits a graph at its convolutions, for which TensorFlow's kernels are faster than
 * XLA's on a CPU, and has XLA compile the parts between them.
 */
import { attribute } from "../tensorflow/attributes";
import { FunctionBuilder, valueOf, type Value, type Values } from "../tensorflow/function-builder";
import { refKey, typeOf, type Graph, type Node, type Ref } from "../tensorflow/graph";

const CONVOLUTION = /^(Depthwise)?Conv[23]D/;

/** The least number of operations for which a separate function compiled by XLA pays off. */
const MIN_PARTITION = 4;

/** Whether a graph has a convolution. */
export function hasConvolution({ nodes }: Graph): boolean {
  return nodes.some(({ op }) => CONVOLUTION.test(op));
}

/**
 * Adds a graph to a function for the graph executor, with the operations before, between and after the
 * convolutions in functions that XLA compiles.
 *
 * @param name the prefix of the names under which these functions are registered.
 * @param args the values of the graph's parameters.
 * @returns the values of the graph's results.
 */
export function inlinePartitioned(
  builder: FunctionBuilder,
  name: string,
  graph: Graph,
  args: readonly Value[],
): Value[] {
  const values: Values = new Map();
  graph.parameters.forEach((parameter, i) => values.set(parameter, () => args[i] as Value));
  const constants = graph.nodes.filter(isConstant);
  builder.inlineNodes(constants, values);
  for (const [level, { convolutions, others }] of levelsOf(graph).entries()) {
    builder.inlineNodes(convolutions, values);
    if (others.length < MIN_PARTITION) builder.inlineNodes(others, values);
    else {
      const outputs = usedOutside(others, graph);
      addCompiledCall(builder, `${name}_${level}`, [...constants, ...others], outputs, values);
    }
  }
  return graph.results.map((ref) => valueOf(values, ref));
}

function isConstant({ op }: Node): boolean {
  return op === "Const";
}

interface Level {
  readonly convolutions: Node[];
  readonly others: Node[];
}

/**
 * Groups nodes by the greatest number of convolutions on a path to them, counting themselves. A node depends
 * on no node of a later level, and the convolutions of a level depend on earlier levels only.
 */
function levelsOf({ nodes }: Graph): Level[] {
  const levels: Level[] = [];
  const levelOf = new Map<Node, number>();
  for (const node of nodes) {
    if (isConstant(node)) continue;
    const isConvolution = CONVOLUTION.test(node.op);
    const before = Math.max(0, ...node.inputs.map((input) => levelOf.get(input.node) ?? 0));
    const level = before + (isConvolution ? 1 : 0);
    levelOf.set(node, level);
    while (levels.length <= level) levels.push({ convolutions: [], others: [] });
    (isConvolution ? levels[level]?.convolutions : levels[level]?.others)?.push(node);
  }
  return levels;
}

/** Returns the outputs of `part` that the rest of the graph takes as inputs or that are results. */
function usedOutside(part: readonly Node[], { nodes, results }: Graph): Ref[] {
  const inside = new Set(part);
  const consumers = nodes.filter((node) => !inside.has(node));
  return distinct(
    [...consumers.flatMap((node) => node.inputs), ...results].filter((ref) => inside.has(ref.node)),
  );
}

/** Registers nodes as a function for XLA and adds a call of it, whose outputs are added to `values`. */
function addCompiledCall(
  builder: FunctionBuilder,
  name: string,
  nodes: readonly Node[],
  outputs: readonly Ref[],
  values: Values,
): void {
  const inside = new Set(nodes);
  const inputs = distinct(nodes.flatMap((node) => node.inputs).filter((ref) => !inside.has(ref.node)));
  registerPart(new FunctionBuilder(builder.binding, name), nodes, inputs, outputs);
  const call = builder.addNode(
    "PartitionedCall",
    inputs.map((ref) => valueOf(values, ref)),
    {
      Tin: attribute.types(inputs.map((ref) => typeOf(ref).dtype)),
      Tout: attribute.types(outputs.map((ref) => typeOf(ref).dtype)),
      f: attribute.func(name),
      _XlaMustCompile: attribute.bool(true),
    },
  );
  const positions = new Map(outputs.map((ref, i) => [refKey(ref), i]));
  for (const { node } of outputs)
    values.set(node, (index) => call.output(positions.get(refKey({ node, index }))));
}

function registerPart(
  builder: FunctionBuilder,
  nodes: readonly Node[],
  inputs: readonly Ref[],
  outputs: readonly Ref[],
): void {
  const args = new Map(inputs.map((ref) => [refKey(ref), builder.addInput(typeOf(ref).dtype)]));
  const values: Values = new Map();
  for (const { node } of inputs) values.set(node, (index) => args.get(refKey({ node, index })) as Value);
  builder.inlineNodes(nodes, values);
  for (const ref of outputs) builder.addOutput(valueOf(values, ref), typeOf(ref));
  builder.register({ xla: true });
}

function distinct(refs: readonly Ref[]): Ref[] {
  return Array.from(new Map(refs.map((ref) => [refKey(ref), ref])).values());
}
