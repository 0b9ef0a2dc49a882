import { findBubblewrap } from "./bubblewrap";
import { findContainer, type Runtime } from "./container";
import { courseFolder } from "./course-files";
import { prlimit, type Isolation } from "./isolation";

/** What a person can ask for. */
export const SANDBOXES = ["bwrap", "docker", "podman", "none"] as const;
export type Sandbox = (typeof SANDBOXES)[number];

function none(): Isolation {
  return {
    kind: "none",
    folder: courseFolder,
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
 * The isolation to grade in.
 *
 * @param image what a container is made of.
 * @throws when this machine does not have it.
 */
export function chooseIsolation(wanted: Sandbox, image: string): Isolation {
  if (wanted === "none") return none();
  const found = find(wanted, image);
  if (typeof found !== "string") return found;
  throw new Error(
    `latent grade: submissions are other people's programs, and there is nothing to isolate them with: ${found}; ` +
      "with --no-sandbox they run with all your rights",
  );
}
