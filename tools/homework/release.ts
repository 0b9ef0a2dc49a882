import { basename } from "node:path";
import type { Notebook } from "../notebook/document";
import type { Json } from "../notebook/json";
import { readNotebook } from "../notebook/read";
import { readMaster } from "./exercises";
import { makeManifest, type Manifest } from "./manifest";
import { releasedCell } from "./released-cells";

/** An assignment that is ready to be handed out. */
export interface Release {
  readonly notebook: Notebook;
  readonly manifest: Manifest;
}

/** What the notebook itself says of the assignment; `cells` tells a student's check which must be there. */
function releasedMetadata({ metadata }: Notebook, { name, version, label, cells }: Manifest): Json {
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
}

/**
 * Makes an assignment of an instructor's notebook: without solutions, hidden tests, mark schemes and outputs.
 *
 * @param path where it lies; its name is the assignment's.
 * @param label the instructor's own word for this version.
 * @throws when it is no notebook, or a marker or an exercise is not right: each with cell, line and remedy.
 */
export function release(path: string, label?: string): Release {
  const master = readNotebook(path);
  const masters = readMaster(master, path);
  const manifest = makeManifest(basename(path, ".ipynb"), master, masters, path, label);
  return {
    notebook: { metadata: releasedMetadata(master, manifest), cells: masters.map(releasedCell) },
    manifest,
  };
}
