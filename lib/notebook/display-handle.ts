import { randomUUID } from "node:crypto";
import { kernelHook, type MimeBundle } from "./kernel-hook";

/** One display in the notebook's output that can be replaced, as IPython's `DisplayHandle`. */
export interface DisplayHandle {
  /**
   * Creates the display at the first call and replaces its contents at each later one; does nothing outside
   * Jupyter.
   */
  update(bundle: MimeBundle): void;
}

/**
 * Returns a handle with a new id: a fixed id would also change the display that an earlier run left behind.
 */
export function createDisplayHandle(): DisplayHandle {
  const transient = { display_id: randomUUID() };
  let exists = false;
  return {
    update(bundle) {
      kernelHook()?.display({ ...bundle, transient }, exists);
      exists = true;
    },
  };
}
