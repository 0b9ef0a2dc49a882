import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAssignment } from "../../../tools/grade/assignment/assignment";
import { versionMismatch } from "../../../tools/grade/assignment/answers";
import { matchCells } from "../../../tools/grade/assignment/match-cells";
import { currentLibrary } from "../../../tools/homework/library";
import { readManifest } from "../../../tools/homework/manifest";
import { release } from "../../../tools/homework/release";
import { MASTER, writeMaster } from "./support";

const master = writeMaster(MASTER, { latent: { smoke: {} } });
const { manifest, notebook: handedOut } = release(master, "autumn");

function written(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), "latent-manifest-")), "made.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  return path;
}
function altered(from: string, to: string): string {
  const text = JSON.stringify(manifest);
  expect(text).toContain(from);
  return written(text.replace(from, to));
}

describe("readManifest", () => {
  test("returns the written manifest, from which the same assignment is read as from the notebook", () => {
    const path = written(manifest);
    expect(readManifest(path).manifest).toEqual(manifest);
    expect(manifest.library).toEqual(currentLibrary());
    const assignment = readAssignment(path, false);
    const fromMaster = readAssignment(master, false);
    expect(assignment.name).toBe("made");
    expect(assignment.exercises).toEqual(fromMaster.exercises);
    expect(assignment.cells).toEqual(fromMaster.cells);
    expect(JSON.stringify(assignment.notebook)).not.toContain("the secret is 42"); // an output
  });

  test("has a version that depends only on the notebook's cells and settings", () => {
    expect(release(writeMaster(MASTER, { latent: { smoke: {} } }), "spring").manifest.version).toBe(
      manifest.version,
    );
    expect(release(writeMaster(MASTER, { latent: { smoke: { n: 1 } } })).manifest.version).not.toBe(
      manifest.version,
    );
    const other = MASTER.map((cell) => ({ ...cell, source: cell.source.replace("double(7)", "double(8)") }));
    expect(release(writeMaster(other, { latent: { smoke: {} } })).manifest.version).not.toBe(
      manifest.version,
    );
  });

  test("is the same for a notebook without cell ids that is released twice", () => {
    const path = writeMaster(MASTER);
    const stored = JSON.parse(readFileSync(path, "utf8")) as { cells: { id?: string }[] };
    for (const cell of stored.cells) delete cell.id;
    writeFileSync(path, JSON.stringify({ ...stored, nbformat_minor: 4 }));
    expect(release(path)).toEqual(release(path));
  });

  test("throws for a file that is not a manifest", () => {
    expect(() => readManifest("/no/such.json")).toThrow(
      /^\/no\/such.json cannot be read \(ENOENT.*\); pass the file that .* to DIR\/manifests\/NAME.json$/,
    );
    expect(() => readManifest(written("{"))).toThrow("is not a manifest: it is not valid JSON (");
    expect(() => readManifest(written("[]"))).toThrow(
      "is not a manifest: the field format is missing; pass the file that latent release wrote",
    );
    expect(() => readManifest(written({ format: 2 }))).toThrow("name, library or notebook is missing");
    expect(() => readManifest(written({ ...manifest, format: 1 }))).toThrow(
      "must be a manifest of format 2, got format 1; release the notebook again",
    );
  });

  test.each([
    ["a hidden test", "double(7)", "double(0)", "version"],
    ["a solution", "return x + x;", "return x;", "version"],
    ["the points in a cell", "double, 3 points", "double, 9 points", "version"],
    ["the points", '"points":3}', '"points":9}', "exercises"],
    ["the sum of points", '"points":3,', '"points":9,', "points"],
    ["a checksum", `"checksum":"${manifest.cells[1]?.checksum ?? ""}"`, '"checksum":"0"', "cells"],
  ])("detects that %s was edited", (_what, from, to, part) => {
    expect(() => readManifest(altered(from, to))).toThrow(
      `was edited after its release: the field ${part} does not agree with its notebook; edit the`,
    );
  });
});

describe("versionMismatch", () => {
  const assignment = readAssignment(written(manifest), false);
  test("notes another version, whose answers are found all the same", () => {
    expect(versionMismatch(handedOut, assignment)).toBeUndefined();
    const old = { ...handedOut, metadata: { latent: { assignment: { version: "0123456789abcdef" } } } };
    expect(versionMismatch(old, assignment)).toBe(
      `it was released as version 0123456789abcdef and graded as version ${manifest.version}`,
    );
    expect(matchCells(old, assignment).answers.get("double")?.state).toBe("untouched");
  });
});
