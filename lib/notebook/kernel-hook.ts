/** The contents of a Jupyter display message: the same output in several MIME types. */
export interface MimeBundle {
  /** The output by MIME type. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Metadata by MIME type; this library's own is under `latent`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Data that is not stored in the notebook. */
  readonly transient?: {
    /** A display with an id can be updated in place. */
    readonly display_id?: string;
  };
}

/** What the kernel provides to the library on `globalThis`; absent in a plain Node process. */
export interface KernelHook {
  /** How many times the user has interrupted the kernel. */
  readonly interrupts: number;
  /** Sends a bundle to the notebook; with `update`, replaces the display with the same id. */
  display(bundle: MimeBundle, update: boolean): void;
  /**
   * Set by the library: how a value looks, by MIME type; undefined if Node.js prints it well. The kernel
   * shows the last expression of a cell with it, and what `console.log` writes.
   */
  show?: (value: unknown) => Readonly<Record<string, unknown>> | undefined;
}

const HOOK = Symbol.for("latent.kernel");

/** Returns the hook of the running Jupyter kernel; undefined in a plain Node process. */
export function kernelHook(): KernelHook | undefined {
  return (globalThis as { [HOOK]?: KernelHook })[HOOK];
}

/**
 * Whether failures that a notebook normally tolerates fail their cell: exercises that were not attempted and
 * live figures that cannot be drawn. Set by the environment variable `LATENT_STRICT=1`, as in the project's
 * own runs.
 */
export function isStrict(): boolean {
  return process.env["LATENT_STRICT"] === "1";
}

/** Returns the first line of an error's message; accepts any thrown value, also errors of another realm. */
export function messageOf(error: unknown): string {
  const message =
    typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  return message.split("\n")[0] ?? message;
}
