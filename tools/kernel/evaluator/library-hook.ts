import type { Content } from "../../protocol/message";

/** A display from the library: a MIME bundle with its metadata. */
export interface DisplayBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient?: { readonly display_id?: string };
}

/**
 * The object at `globalThis[Symbol.for("latent.kernel")]` by which the library reaches the kernel;
 * lib/notebook has the same interface, because neither is compiled with the other.
 */
export interface LibraryHook {
  /** The number of interrupts so far; a training loop stops when it changes. */
  readonly interrupts: number;
  /** Shows a bundle in the running cell; with `update`, in place of the display with the same id. */
  display(bundle: DisplayBundle, update: boolean): void;
  /** Set by the library: how a value looks, by MIME type; undefined if Node.js prints it well. */
  show?: (value: unknown) => Content | undefined;
}

const HOOK = Symbol.for("latent.kernel");

/**
 * Installs the hook for the library.
 *
 * @param interrupts returns the number of interrupts; a call means that the library has noticed it.
 */
export function installLibraryHook(interrupts: () => number, display: LibraryHook["display"]): void {
  const hook: LibraryHook = {
    get interrupts() {
      return interrupts(); // in shared memory, so that a loop that never yields sees it change
    },
    display,
  };
  Reflect.set(globalThis, HOOK, hook);
}

/**
 * How the library shows a value, by MIME type; undefined if it is not loaded, leaves the value to Node.js, or
 * fails.
 */
export function shownByLibrary(value: unknown): Content | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return (Reflect.get(globalThis, HOOK) as LibraryHook | undefined)?.show?.(value);
  } catch {
    return undefined; // a getter of the value threw; Node.js prints it
  }
}
