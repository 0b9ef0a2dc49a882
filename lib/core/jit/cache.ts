import type { CompleteOptions } from "./options";
import { describe, firstDifference } from "./signature";

/** Compilations in a row, without a call that could use one, after which a warning is due. */
const PATIENCE = 4;

/** What was made for one form of the arguments. */
interface Entry<P> {
  readonly program: P;
  readonly places: ReadonlyMap<string, string>;
}

/** Programs by the form of the arguments they were made for; the ones called last are kept. */
export class ProgramCache<P> {
  private readonly entries = new Map<string, Entry<P>>();
  private latest: Entry<P> | undefined;
  private misses = 0;
  private warned = false;

  constructor(
    private readonly options: CompleteOptions,
    private readonly discard: (program: P) => void,
  ) {}

  /** The programs, the one called last at the end. */
  get programs(): P[] {
    return Array.from(this.entries.values(), ({ program }) => program);
  }

  /** The program for arguments of this form, made if need be. */
  get(id: string, args: readonly unknown[], make: () => P): P {
    const known = this.entries.get(id);
    if (known === undefined) return this.add(id, args, make);
    this.misses = 0;
    if (known !== this.latest) {
      this.entries.delete(id);
      this.entries.set(id, known);
      this.latest = known;
    }
    return known.program;
  }

  clear(): void {
    for (const { program } of this.entries.values()) this.discard(program);
    this.entries.clear();
  }

  private add(id: string, args: readonly unknown[], make: () => P): P {
    const places = describe(args);
    if (this.latest !== undefined) this.checkRetrace(firstDifference(this.latest.places, places));
    const entry = { program: make(), places };
    this.entries.set(id, entry);
    this.latest = entry;
    const [oldest] = this.entries;
    if (this.entries.size > this.options.maxTraces && oldest !== undefined) {
      this.entries.delete(oldest[0]);
      this.discard(oldest[1].program);
    }
    return entry.program;
  }

  private checkRetrace(difference: string): void {
    const { name, retrace } = this.options;
    if (!retrace)
      throw new Error(
        `jit: "${name}" was compiled for other arguments: ${difference}; call it with the same shapes, types and ` +
          "structure, or leave out retrace: false",
      );
    this.misses++;
    if (this.misses < PATIENCE || this.warned) return;
    this.warned = true;
    console.warn(
      `jit: "${name}" is compiled again and again, ${this.misses + 1} times in a row: ${difference}; ` +
        "pass a number that changes as a tensor (tf.scalar), and keep shapes the same",
    );
  }
}
