import type { CompleteOptions } from "../build/options";
import { describe, firstDifference } from "../arguments/signature";

/** Compilations in a row, without a call that could use one, after which a warning is due. */
const PATIENCE = 4;

/** A form of the arguments: its id, and what there is at each place. */
interface Form {
  readonly id: string;
  readonly places: ReadonlyMap<string, string>;
}

/** Programs by the form of the arguments that they were made for; the ones called last are kept. */
export class ProgramCache<P> {
  private readonly entries = new Map<string, P>();
  private latest: Form | undefined;
  private misses = 0;
  private warned = false;

  constructor(
    private readonly options: CompleteOptions,
    private readonly discard: (program: P) => void,
  ) {}

  /** The programs, the one called last at the end. */
  get programs(): P[] {
    return Array.from(this.entries.values());
  }

  /** Notes the form of a call; an error where only the first form is allowed and this is another. */
  admit(id: string, args: readonly unknown[]): void {
    if (this.latest?.id === id) return;
    const form = { id, places: describe(args) };
    if (this.latest !== undefined && !this.options.retrace)
      throw new Error(
        `jit: "${this.options.name}" was made for other arguments: ${firstDifference(this.latest.places, form.places)}; ` +
          "call it with the same shapes, types and structure, or leave out retrace: false",
      );
    if (this.latest !== undefined && this.misses >= PATIENCE && !this.entries.has(id))
      this.warn(this.latest, form);
    this.latest = form;
  }

  /** The program for an admitted form, made if need be. */
  get(id: string, make: () => P): P {
    const known = this.entries.get(id);
    this.misses = known === undefined ? this.misses + 1 : 0;
    const program = known ?? make();
    this.entries.delete(id); // to the end
    this.entries.set(id, program);
    const [oldest] = this.entries;
    if (this.entries.size > this.options.maxTraces && oldest !== undefined) {
      this.entries.delete(oldest[0]);
      this.discard(oldest[1]);
    }
    return program;
  }

  clear(): void {
    for (const program of this.entries.values()) this.discard(program);
    this.entries.clear();
  }

  private warn(before: Form, now: Form): void {
    if (this.warned) return;
    this.warned = true;
    console.warn(
      `jit: "${this.options.name}" is compiled again and again, ${this.misses + 1} times in a row: ` +
        `${firstDifference(before.places, now.places)}; ` +
        "pass a number that changes as a tensor (tf.scalar), and keep shapes the same",
    );
  }
}
