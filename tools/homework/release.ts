import { createHash } from "node:crypto";
import { basename } from "node:path";
import { readNotebook, type Cell, type Json, type Notebook } from "../run/notebook";
import { readMaster, type Exercise, type MasterCell } from "./exercises";
import { replaceRegions } from "./markers";
import { nbgraderOf, type Nbgrader } from "./metadata";

/** What stays with the instructor of a released notebook. */
export interface Manifest {
  readonly format: 1;
  readonly name: string;
  /** Sixteen hexadecimal digits that change with anything of the instructor's notebook. */
  readonly version: string;
  /** The instructor's own word for the version, such as a term. */
  readonly label?: string;
  readonly points: number;
  readonly exercises: readonly Exercise[];
  /** Code cells in order, by nbgrader's id, with the checksum they were released with. */
  readonly cells: readonly Pick<Nbgrader, "grade_id" | "locked" | "checksum">[];
}

/** An assignment that is ready to be handed out. */
export interface Release {
  readonly notebook: Notebook;
  readonly manifest: Manifest;
}

/** What stands in place of a solution; `check` knows an open exercise by these words. */
const STUB = ["// YOUR CODE HERE", 'throw new Error("YOUR CODE HERE");'];

const releasedSource = ({ cell, role, regions }: MasterCell): string =>
  replaceRegions(cell.source, regions, role === "exercise" ? STUB : []);

/** Only what the text shows: a picture of the mark scheme must not stay behind. */
const shownAttachments = ({ attachments = {} }: Cell, source: string): Json =>
  Object.fromEntries(Object.entries(attachments).filter(([name]) => source.includes(`attachment:${name}`)));

/** The cell as a student gets it: of the metadata only tags and nbgrader's, no outputs. */
const releasedCell = (master: MasterCell): Cell => {
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
};

const versionOf = (masters: readonly MasterCell[]): string => {
  const content = masters.map(({ cell }) => [cell.id, cell.cell_type, cell.source, cell.metadata]);
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
};

/** What the notebook itself says of the assignment; `cells` tells a student's check which must be there. */
const releasedMetadata = ({ metadata }: Notebook, { name, version, label, cells }: Manifest): Json => {
  const { kernelspec, language_info: info, latent } = metadata;
  const smoke = typeof latent === "object" && latent !== null ? (latent as Json)["smoke"] : undefined;
  const assignment = {
    name,
    version,
    ...(label === undefined ? {} : { label }),
    cells: cells.map(({ grade_id: id }) => id),
  };
  return {
    ...(kernelspec === undefined ? {} : { kernelspec }),
    ...(info === undefined ? {} : { language_info: info }),
    latent: { ...(smoke === undefined ? {} : { smoke }), assignment },
  };
};

/**
 * Makes an assignment of an instructor's notebook: without solutions, hidden tests, mark schemes and outputs.
 *
 * @param path where it lies; its name is the assignment's.
 * @param label the instructor's own word for this version.
 * @throws when it is no notebook, or a marker or an exercise is not right: each with cell, line and remedy.
 */
export const release = (path: string, label?: string): Release => {
  const master = readNotebook(path);
  const masters = readMaster(master, path);
  const cells = masters.map(releasedCell);
  const signed = cells.flatMap(({ metadata }) => (metadata["nbgrader"] as Nbgrader | undefined) ?? []);
  const ids = signed.map(({ grade_id: id }) => id);
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double !== undefined)
    throw new Error(`${path}: two cells would be called ${double}; rename the exercise of that name`);
  const exercises = masters.flatMap(({ role, exercise }) =>
    role === "exercise" && exercise ? [exercise] : [],
  );
  const manifest: Manifest = {
    format: 1,
    name: basename(path, ".ipynb"),
    version: versionOf(masters),
    ...(label === undefined ? {} : { label }),
    points: exercises.reduce((sum, { points }) => sum + points, 0),
    exercises,
    cells: signed.map(({ grade_id, locked, checksum }) => ({ grade_id, locked, checksum })),
  };
  return { notebook: { metadata: releasedMetadata(master, manifest), cells }, manifest };
};
