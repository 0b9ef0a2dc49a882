import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Notebook } from "../notebook/document";
import type { Json } from "../notebook/json";
import { parseNotebook } from "../notebook/read";
import { serializeNotebook } from "../notebook/write";
import { exercisesOf, readMaster, regularPoints, type Exercise, type MasterCell } from "./exercises";
import { currentLibrary, type Library } from "./library";
import type { Nbgrader } from "./metadata";
import { releasedCell } from "./released-cells";

/** The instructor's record of a released notebook, with everything needed for grading. */
export interface Manifest {
  readonly format: 2;
  readonly name: string;
  /** A hash of the cells and settings of the instructor's notebook, 16 hexadecimal digits. */
  readonly version: string;
  /** The instructor's label for the version, such as a term. */
  readonly label?: string;
  /** The points of all exercises but those for extra credit. */
  readonly points: number;
  readonly exercises: readonly Exercise[];
  /** Code cells in order, with nbgrader's ids and the checksums at release. */
  readonly cells: readonly Pick<Nbgrader, "grade_id" | "locked" | "checksum">[];
  /** The library at release. */
  readonly library: Library;
  /** The instructor's notebook with solutions and hidden tests, without outputs. */
  readonly notebook: Json;
}

const FORMAT = 2;

/** Returns the metadata that affects how a notebook runs. */
function settingsOf({ metadata }: Notebook): Json {
  const { kernelspec, language_info: info, latent } = metadata;
  const all = { kernelspec, language_info: info, latent };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function withoutOutputs(notebook: Notebook): Notebook {
  return {
    metadata: settingsOf(notebook),
    cells: notebook.cells.map((cell) =>
      cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
    ),
  };
}

/**
 * Returns the manifest of an instructor's notebook.
 *
 * @param name the name of the assignment.
 * @param masters the cells of `notebook` with their roles.
 * @param path the name of the notebook in errors.
 * @param label the instructor's label for this version.
 * @throws if the name of an exercise equals the id generated for another cell.
 */
export function makeManifest(
  name: string,
  notebook: Notebook,
  masters: readonly MasterCell[],
  path: string,
  label?: string,
): Manifest {
  const text = serializeNotebook(withoutOutputs(notebook));
  const signed = masters.flatMap((master) => {
    const { nbgrader } = releasedCell(master).metadata as { readonly nbgrader?: Nbgrader };
    return nbgrader ?? [];
  });
  const ids = signed.map(({ grade_id: id }) => id);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate !== undefined)
    throw new Error(
      `${path}: two cells would get the grade_id ${duplicate}; rename the exercise of that name`,
    );
  const exercises = exercisesOf(masters);
  return {
    format: FORMAT,
    name,
    version: createHash("sha256").update(text).digest("hex").slice(0, 16),
    ...(label === undefined ? {} : { label }),
    points: regularPoints(exercises),
    exercises,
    cells: signed.map(({ grade_id, locked, checksum }) => ({ grade_id, locked, checksum })),
    library: currentLibrary(),
    notebook: JSON.parse(text) as Json,
  };
}

/** A manifest, with its notebook parsed. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** The instructor's notebook. */
  readonly notebook: Notebook;
}

const PATH_HELP = "pass the file that latent release wrote to DIR/manifests/NAME.json";

/** Reads a file and checks that it is a manifest of the supported format. */
function parseManifest(path: string): Partial<Manifest> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read (${(error as Error).message}); ${PATH_HELP}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `${path} is not a manifest: it is not valid JSON (${(error as Error).message}); ${PATH_HELP}`,
      {
        cause: error,
      },
    );
  }
  if (typeof value !== "object" || value === null || !("format" in value))
    throw new Error(`${path} is not a manifest: the field format is missing; ${PATH_HELP}`);
  if (value.format !== FORMAT)
    throw new Error(
      `${path} must be a manifest of format ${FORMAT}, got format ${JSON.stringify(value.format)}; ` +
        "release the notebook again",
    );
  return value as Partial<Manifest>;
}

/** The fields that follow from the notebook in a manifest. */
const DERIVED_FIELDS = ["version", "points", "exercises", "cells"] as const;

/**
 * Reads a manifest, and verifies that its fields agree with the notebook that it contains.
 *
 * @throws if the file is missing, not a manifest, of another format, incomplete, or was edited after its
 *   release.
 */
export function readManifest(path: string): ReadManifest {
  const manifest = parseManifest(path);
  const { name, label, library, notebook: stored } = manifest;
  if (typeof name !== "string" || typeof library?.build !== "string" || typeof stored !== "object")
    throw new Error(`${path} is incomplete: name, library or notebook is missing; ${PATH_HELP}`);
  const notebook = parseNotebook(JSON.stringify(stored), path);
  const recomputed = makeManifest(name, notebook, readMaster(notebook, path), path, label);
  const edited = DERIVED_FIELDS.find((key) => !isDeepStrictEqual(manifest[key], recomputed[key]));
  if (edited !== undefined)
    throw new Error(
      `${path} was edited after its release: the field ${edited} does not agree with its notebook; ` +
        "edit the instructor's notebook and release it again",
    );
  return { manifest: { ...recomputed, library }, notebook };
}
