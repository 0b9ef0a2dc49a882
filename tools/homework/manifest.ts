import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Notebook } from "../notebook/document";
import type { Json } from "../notebook/json";
import { parseNotebook } from "../notebook/read";
import { serializeNotebook } from "../notebook/write";
import { readMaster, type Exercise, type MasterCell } from "./exercises";
import { thisLibrary, type Library } from "./library";
import type { Nbgrader } from "./metadata";
import { releasedCell } from "./released-cells";

/** What stays with the instructor of a released notebook: all that grading needs. */
export interface Manifest {
  readonly format: 2;
  readonly name: string;
  /** Sixteen hexadecimal digits that change with any cell of the instructor's notebook and with its settings. */
  readonly version: string;
  /** The instructor's own word for the version, such as a term. */
  readonly label?: string;
  readonly points: number;
  readonly exercises: readonly Exercise[];
  /** Code cells in order, by nbgrader's id, with the checksum they were released with. */
  readonly cells: readonly Pick<Nbgrader, "grade_id" | "locked" | "checksum">[];
  /** The library that it was released with. */
  readonly library: Library;
  /** The instructor's notebook without its outputs: with solutions and hidden tests. */
  readonly notebook: Json;
}

const FORMAT = 2;

/** The part of a notebook's metadata that decides how it runs. */
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
 * The manifest of an instructor's notebook.
 *
 * @param name what the assignment is called.
 * @param masters the cells of `notebook`.
 * @param path what errors call it.
 * @throws when an exercise has the name that a cell gets by its id.
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
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double !== undefined)
    throw new Error(`${path}: two cells would be called ${double}; rename the exercise of that name`);
  const exercises = masters.flatMap(({ role, exercise }) =>
    role === "exercise" && exercise ? [exercise] : [],
  );
  return {
    format: FORMAT,
    name,
    version: createHash("sha256").update(text).digest("hex").slice(0, 16),
    ...(label === undefined ? {} : { label }),
    points: exercises.reduce((sum, { points }) => sum + points, 0),
    exercises,
    cells: signed.map(({ grade_id, locked, checksum }) => ({ grade_id, locked, checksum })),
    library: thisLibrary(),
    notebook: JSON.parse(text) as Json,
  };
}

/** An assignment as it was released, read back. */
export interface ReadManifest {
  readonly manifest: Manifest;
  /** The instructor's notebook. */
  readonly notebook: Notebook;
}

const WHERE = "latent release writes it to DIR/manifests/NAME.json";

function parse(path: string): Partial<Manifest> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read (${(error as Error).message}); ${WHERE}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is no manifest: it is not JSON (${(error as Error).message}); ${WHERE}`, {
      cause: error,
    });
  }
  if (typeof value !== "object" || value === null || !("format" in value))
    throw new Error(`${path} is no manifest: it has no format; ${WHERE}`);
  if (value.format !== FORMAT)
    throw new Error(
      `${path} is a manifest of format ${JSON.stringify(value.format)}, this command reads ${FORMAT}; ` +
        "release the notebook again",
    );
  return value as Partial<Manifest>;
}

/** What of a manifest follows from its notebook. */
const DERIVED = ["version", "points", "exercises", "cells"] as const;

/**
 * The manifest in a file, whose every part fits the instructor's cells that it holds.
 *
 * @throws when there is none, it is no manifest, of another format, incomplete, or was altered since its release.
 */
export function readManifest(path: string): ReadManifest {
  const manifest = parse(path);
  const { name, label, library, notebook: stored } = manifest;
  if (typeof name !== "string" || typeof library?.build !== "string" || typeof stored !== "object")
    throw new Error(`${path} is no whole manifest: name, library or notebook is missing; ${WHERE}`);
  const notebook = parseNotebook(JSON.stringify(stored), path);
  const made = makeManifest(name, notebook, readMaster(notebook, path), path, label);
  const altered = DERIVED.find((key) => !isDeepStrictEqual(manifest[key], made[key]));
  if (altered !== undefined)
    throw new Error(
      `${path} was altered after its release: ${altered} does not fit the cells that it holds; ` +
        "edit the instructor's notebook and release that again",
    );
  return { manifest: { ...made, library }, notebook };
}
