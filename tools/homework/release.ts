import { basename } from "node:path";
import type { Notebook } from "../notebook/document";
import type { Json } from "../notebook/json";
import { readNotebook } from "../notebook/read";
import { readMaster, type MasterCell } from "./exercises";
import { handedOutCells, type Handout } from "./handout";
import { makeManifest, type Manifest } from "./manifest";
import { releasedCell } from "./released-cells";

/** A released assignment: the notebook for students and the manifest for the instructor. */
export interface Release {
  readonly notebook: Notebook;
  readonly manifest: Manifest;
}

/** Returns the metadata of the released notebook, with what `latent validate` needs. */
function releasedMetadata(
  { metadata }: Notebook,
  { name, version, label }: Manifest,
  masters: readonly MasterCell[],
): Json {
  const { kernelspec, language_info: info, latent } = metadata;
  const smoke = typeof latent === "object" && latent !== null ? (latent as Json)["smoke"] : undefined;
  const assignment: Handout = {
    name,
    version,
    ...(label === undefined ? {} : { label }),
    cells: handedOutCells(masters),
  };
  return {
    ...(kernelspec === undefined ? {} : { kernelspec }),
    ...(info === undefined ? {} : { language_info: info }),
    latent: { ...(smoke === undefined ? {} : { smoke }), assignment },
  };
}

/**
 * Turns an instructor's notebook into an assignment, without solutions, hidden tests, mark schemes and
 * outputs.
 *
 * @param path the notebook; its file name becomes the name of the assignment.
 * @param label the instructor's label for this version.
 * @throws if it is not a notebook, or a marker or exercise is invalid (with cell, line and remedy).
 */
export function release(path: string, label?: string): Release {
  const master = readNotebook(path);
  const masters = readMaster(master, path);
  const manifest = makeManifest(basename(path, ".ipynb"), master, masters, path, label);
  return {
    notebook: { metadata: releasedMetadata(master, manifest, masters), cells: masters.map(releasedCell) },
    manifest,
  };
}
