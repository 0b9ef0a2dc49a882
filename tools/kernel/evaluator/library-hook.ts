/** A display as the library sends it: a whole MIME bundle. */
export interface DisplayBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient?: { readonly display_id?: string };
}

/** What the library finds at `globalThis[Symbol.for("latent.kernel")]` inside a notebook. */
export interface LibraryHook {
  /** How many interrupts there were; a loop that sees the number change stops. */
  readonly interrupts: number;
  /** Shows a bundle in the running cell, or in place of the one with the same display id. */
  display(bundle: DisplayBundle, update: boolean): void;
}

/**
 * Makes the hook known to the library.
 *
 * @param interrupts also learns by being called that somebody looks at the number.
 */
export const installLibraryHook = (interrupts: () => number, display: LibraryHook["display"]): void => {
  const hook: LibraryHook = {
    get interrupts() {
      return interrupts(); // also seen by a loop that never yields: the number lies in shared memory
    },
    display,
  };
  Reflect.set(globalThis, Symbol.for("latent.kernel"), hook);
};
