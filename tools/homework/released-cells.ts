import type { Cell } from "../notebook/document";
import type { Json } from "../notebook/json";
import type { MasterCell } from "./exercises";
import { replaceRegions } from "./markers";
import { nbgraderOf } from "./metadata";

/** What stands in place of a solution; `check` knows an open exercise by these words. */
const STUB = ["// YOUR CODE HERE", 'throw new Error("YOUR CODE HERE");'];

/** The text of a cell as a student gets it. */
export function releasedSource({ cell, role, regions }: MasterCell): string {
  return replaceRegions(cell.source, regions, role === "exercise" ? STUB : []);
}

/** Only what the text shows: a picture of the mark scheme must not stay behind. */
function shownAttachments({ attachments = {} }: Cell, source: string): Json {
  return Object.fromEntries(
    Object.entries(attachments).filter(([name]) => source.includes(`attachment:${name}`)),
  );
}

/** The cell as a student gets it: of the metadata only tags and nbgrader's, no outputs. */
export function releasedCell(master: MasterCell): Cell {
  const { id, cell_type: type, metadata } = master.cell;
  const source = releasedSource(master);
  const nbgrader = nbgraderOf(master, source);
  const attachments = shownAttachments(master.cell, source);
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
