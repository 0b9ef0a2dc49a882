import { findBubblewrap } from "./bubblewrap";
import { findContainer, type Runtime } from "./container";
import { workingFolder } from "./course-files";
import { prlimit, type Isolation } from "./isolation";

/** The values of the option `--sandbox`. */
export const SANDBOXES = ["bwrap", "docker", "podman", "none"] as const;
/** A value of the option `--sandbox`. */
export type Sandbox = (typeof SANDBOXES)[number];

function none(): Isolation {
  return {
    kind: "none",
    folder: workingFolder,
    channel: 3,
    command: (program, limits) => {
      const [file = "", ...args] = [...prlimit(limits), ...program];
      return [file, args];
    },
  };
}

function find(wanted: "bwrap" | Runtime, image: string): Isolation | string {
  return wanted === "bwrap" ? findBubblewrap() : findContainer(wanted, image);
}

/**
 * Returns the isolation in which submissions run.
 *
 * @param image the image for docker or podman.
 * @throws if it is not available on this machine.
 */
export function chooseIsolation(wanted: Sandbox, image: string): Isolation {
  if (wanted === "none") return none();
  const found = find(wanted, image);
  if (typeof found !== "string") return found;
  throw new Error(
    `latent grade: --sandbox ${wanted} is not available: ${found}; choose another --sandbox, ` +
      "or --no-sandbox, which runs submissions with all your permissions: only for code that you trust",
  );
}
