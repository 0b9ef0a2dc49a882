import { randomUUID } from "node:crypto";
import { kernel, type MimeBundle } from "./kernel-hook";

/** One place in the notebook's output. */
export interface Place {
  /** The first bundle makes the place, each later one replaces what it shows. Nothing happens outside of Jupyter. */
  show(bundle: MimeBundle): void;
}

/** Opens a place; its id is new with every run, or the same place in the output of an earlier run would change too. */
export function openPlace(): Place {
  const transient = { display_id: randomUUID() };
  let exists = false;
  return {
    show(bundle) {
      kernel()?.display({ ...bundle, transient }, exists);
      exists = true;
    },
  };
}
