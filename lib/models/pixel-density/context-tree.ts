/** A node of a context tree, which predicts one symbol from those around it. Nodes are not changed. */
export interface ContextNode {
  /** How often each symbol was seen in this context, [K]. */
  readonly counts: Float64Array;
  /** The number of symbols seen in this context. */
  readonly total: number;
  /** The posterior probability that this node predicts by its own counts and not by its children. */
  readonly own: number;
  /** The nodes of longer contexts, by the next symbol of the context; undefined where none was seen. */
  readonly children: readonly (ContextNode | undefined)[];
}

/** What all nodes of a tree share. */
export interface TreeShape {
  /** K, the number of symbols. */
  readonly symbols: number;
  /** What is added to each count: ½ is the estimator of Krichevsky and Trofimov. */
  readonly prior: number;
}

/**
 * Returns the probability of a symbol in a context: at each node a mixture of what the counts of the node say
 * and of what the node of the next longer context says.
 *
 * @param context the symbols around it, the most important one first.
 * @param depth how many of them lead to this node.
 */
export function predictSymbol(
  shape: TreeShape,
  node: ContextNode | undefined,
  context: Uint8Array,
  symbol: number,
  depth = 0,
): number {
  if (node === undefined) return 1 / shape.symbols;
  const counted = byCounts(shape, node, symbol);
  if (depth === context.length) return counted;
  const child = node.children[context[depth] ?? 0];
  return node.own * counted + (1 - node.own) * predictSymbol(shape, child, context, symbol, depth + 1);
}

/** (N(symbol) + prior) / (N + K prior). */
function byCounts({ symbols, prior }: TreeShape, { counts, total }: ContextNode, symbol: number): number {
  return ((counts[symbol] ?? NaN) + prior) / (total + symbols * prior);
}

/**
 * Returns the tree after one more symbol, which shares with the old one all nodes of other contexts.
 *
 * The weight of a node follows Bayes' rule with a switch: before each symbol, the better way to predict
 * changes with the probability 1 / (n + 2) after n symbols in this context (context tree switching, Veness et
 * al. 2012; the rate that decreases is what it adds to context tree weighting, Willems et al. 1995).
 *
 * @returns the node, and the probability that the old tree gave the symbol.
 */
export function learnSymbol(
  shape: TreeShape,
  node: ContextNode | undefined,
  context: Uint8Array,
  symbol: number,
  depth = 0,
): readonly [node: ContextNode, probability: number] {
  const old = node ?? emptyNode(shape);
  const counted = byCounts(shape, old, symbol);
  const counts = Float64Array.from(old.counts);
  counts[symbol] = (counts[symbol] ?? NaN) + 1;
  const total = old.total + 1;
  if (depth === context.length) return [{ ...old, counts, total }, counted];
  const next = context[depth] ?? 0;
  const [child, longer] = learnSymbol(shape, old.children[next], context, symbol, depth + 1);
  const probability = old.own * counted + (1 - old.own) * longer;
  const rate = 1 / (old.total + 2);
  const own = rate + ((1 - 2 * rate) * old.own * counted) / probability; // Bayes' rule, then the switch
  const children = old.children.slice();
  children[next] = child;
  return [{ counts, total, own, children }, probability];
}

function emptyNode({ symbols }: TreeShape): ContextNode {
  return { counts: new Float64Array(symbols), total: 0, own: 0.5, children: [] };
}
