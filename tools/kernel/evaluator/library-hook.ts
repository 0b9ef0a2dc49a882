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
}

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
  Reflect.set(globalThis, Symbol.for("latent.kernel"), hook);
}
