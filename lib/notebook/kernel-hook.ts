/** Contents of one Jupyter display message: the same thing in several formats. */
export interface MimeBundle {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** A display that carries an id can be updated in place later. */
  readonly transient?: { readonly display_id?: string };
}

/** What the kernel launcher puts on `globalThis` for the library; absent in a plain Node process. */
export interface KernelHook {
  /** How often the person has interrupted the kernel so far. */
  readonly interrupts: number;
  /** Sends a bundle to the notebook; with `update`, to the display that carries the same id. */
  display(bundle: MimeBundle, update: boolean): void;
}

const hookName = Symbol.for("latent.kernel");

/** The running Jupyter kernel, or undefined in a plain Node process. */
export const kernel = (): KernelHook | undefined => (globalThis as { [hookName]?: KernelHook })[hookName];

/**
 * Whether what a learner may leave open has to succeed: exercises not attempted yet and live figures that cannot be
 * drawn then fail their cell. Switched on by the environment variable `LATENT_STRICT=1`, which the project's own
 * runs of its notebooks set.
 */
export const isStrict = (): boolean => process.env["LATENT_STRICT"] === "1";

/** The first line of an error's message; also for errors that are none, and for those of another realm. */
export function messageOf(error: unknown): string {
  const message =
    typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  return message.split("\n")[0] ?? message;
}
