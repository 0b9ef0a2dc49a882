import { describeArguments, firstDifference } from "../arguments/signature";
import type { CompleteOptions } from "../build/options";

/** Cache misses in a row after which a function that is traced on every call gets a warning. */
const MAX_MISSES = 4;

/** The signature of a call: its id, and a description of each argument for messages. */
interface CallSignature {
  readonly id: string;
  readonly description: ReadonlyMap<string, string>;
}

/**
 * The compiled graphs of one function by the signature of the arguments; the most recently used ones are
 * kept.
 */
export class GraphCache<G> {
  private readonly entries = new Map<string, G>();
  private latest: CallSignature | undefined;
  private misses = 0;
  private warned = false;

  constructor(
    private readonly options: CompleteOptions,
    private readonly discard: (graph: G) => void,
  ) {}

  /** The graphs, the most recently used last. */
  get graphs(): G[] {
    return Array.from(this.entries.values());
  }

  /**
   * Notes the signature of a call.
   *
   * @throws with `retrace: false`, if the signature differs from that of the first call.
   */
  admit(id: string, args: readonly unknown[]): void {
    if (this.latest?.id === id) return;
    const signature = { id, description: describeArguments(args) };
    if (this.latest !== undefined && !this.options.retrace)
      throw new Error(
        `jit: "${this.options.name}" was compiled for other arguments: ` +
          `${firstDifference(this.latest.description, signature.description)}; ` +
          "pass the same shapes, types and structure, or omit retrace: false",
      );
    if (this.latest !== undefined && this.misses >= MAX_MISSES && !this.entries.has(id))
      this.warn(this.latest, signature);
    this.latest = signature;
  }

  /** Returns the graph for an admitted signature, which `compile` makes if there is none. */
  get(id: string, compile: () => G): G {
    const known = this.entries.get(id);
    this.misses = known === undefined ? this.misses + 1 : 0;
    const graph = known ?? compile();
    this.entries.delete(id); // moves it to the end
    this.entries.set(id, graph);
    const [oldest] = this.entries;
    if (this.entries.size > this.options.maxTraces && oldest !== undefined) {
      this.entries.delete(oldest[0]);
      this.discard(oldest[1]);
    }
    return graph;
  }

  /** Frees all graphs. */
  clear(): void {
    for (const graph of this.entries.values()) this.discard(graph);
    this.entries.clear();
  }

  private warn(before: CallSignature, now: CallSignature): void {
    if (this.warned) return;
    this.warned = true;
    console.warn(
      `jit: "${this.options.name}" was compiled on ${this.misses + 1} calls in a row: ` +
        `${firstDifference(before.description, now.description)}; ` +
        "pass a number that changes as a tensor (tf.scalar), and keep shapes the same",
    );
  }
}
