import type { Cell } from "../notebook/document";
import type { Json } from "../notebook/json";
import type { MasterCell } from "./exercises";
import { replaceRegions } from "./markers";
import { nbgraderMetadata } from "./metadata";

/** The replacement of a solution; `check` recognizes an unanswered exercise by this text. */
const STUB = ["// YOUR CODE HERE", 'throw new Error("YOUR CODE HERE");'];

const STUB_IN_WORDS = ["*Your answer here.*"];

/** Returns the source of a cell as released. */
export function releasedSource({ cell, role, regions }: MasterCell): string {
  return replaceRegions(
    cell.source,
    regions,
    role === "exercise" ? STUB : role === "written" ? STUB_IN_WORDS : [],
  );
}

/** Returns the attachments that the released source uses; those of a removed mark scheme are dropped. */
function usedAttachments({ attachments = {} }: Cell, source: string): Json {
  return Object.fromEntries(
    Object.entries(attachments).filter(([name]) => source.includes(`attachment:${name}`)),
  );
}

/** Returns a cell as released: without outputs, and with only the tags and nbgrader's metadata. */
export function releasedCell(master: MasterCell): Cell {
  const { id, cell_type: type, metadata } = master.cell;
  const source = releasedSource(master);
  const nbgrader = nbgraderMetadata(master, source);
  const attachments = usedAttachments(master.cell, source);
  const protection = nbgrader ? { deletable: false, ...(nbgrader.locked ? { editable: false } : {}) } : {};
  return {
    id,
    cell_type: type,
    source,
    metadata: {
      ...("tags" in metadata ? { tags: metadata["tags"] } : {}),
      ...protection,
      ...(nbgrader ? { nbgrader } : {}),
    },
    ...(Object.keys(attachments).length > 0 ? { attachments } : {}),
    ...(type === "code" ? { outputs: [], execution_count: null } : {}),
  };
}
