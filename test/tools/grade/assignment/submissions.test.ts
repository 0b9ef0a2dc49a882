import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { findSubmissions } from "../../../../tools/grade/assignment/submissions";
import { newFolder } from "../support";

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function archive(files: Record<string, Uint8Array>): string {
  const path = join(newFolder(), "class.zip");
  writeFileSync(path, zipSync(files));
  return path;
}

describe("findSubmissions", () => {
  test("knows plain notebooks and nbgrader's layout, and leaves other assignments alone", () => {
    const folder = newFolder();
    for (const path of ["submitted/ann/tiny", "submitted/ann/other"])
      mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, "submitted/ann/tiny/tiny.ipynb"), "ann's");
    writeFileSync(join(folder, "submitted/ann/other/other.ipynb"), "not this");
    writeFileSync(join(folder, "bob.ipynb"), "bob's");
    expect(findSubmissions(folder, "tiny").map((s) => [s.student, s.read()])).toEqual([
      ["ann", "ann's"],
      ["bob", "bob's"],
    ]);
  });

  test("does not follow links, and does not read a notebook of 100 MB", () => {
    const folder = newFolder();
    symlinkSync("/etc/passwd", join(folder, "eve.ipynb"));
    writeFileSync(join(folder, "max.ipynb"), "");
    truncateSync(join(folder, "max.ipynb"), 100 * 1024 ** 2);
    const [eve, max] = findSubmissions(folder, "tiny");
    expect(() => eve?.read()).toThrow("eve.ipynb is a link");
    expect(() => max?.read()).toThrow("has 100 MiB; a notebook of at most 50 MiB is read");
  });

  test("reads an archive, and refuses one whose entries lead out of it", () => {
    const good = archive({ "ann/tiny/tiny.ipynb": text("ann's"), "bob.ipynb": text("bob's") });
    expect(findSubmissions(good, "tiny").map((s) => s.read())).toEqual(["ann's", "bob's"]);
    for (const name of ["../eve.ipynb", "/etc/eve.ipynb", "a/../../eve.ipynb", "..\\eve.ipynb"])
      expect(() => findSubmissions(archive({ [name]: text("") }), "tiny")).toThrow(
        "which leads out of it; refused",
      );
  });

  test("refuses a name that cannot be a folder's, or is one of the class's own files", () => {
    for (const name of ["a b", "Grades.csv", "summary.html"]) {
      const folder = newFolder();
      writeFileSync(join(folder, `${name}.ipynb`), "");
      expect(() => findSubmissions(folder, "tiny")).toThrow(
        `"${name}" cannot be a student's name in a file; rename it, with letters, digits, . _ @ + -`,
      );
    }
  });

  test("says what it expects where there is nothing", () => {
    expect(() => findSubmissions(newFolder(), "tiny")).toThrow(
      "expected STUDENT.ipynb or STUDENT/tiny/*.ipynb",
    );
    expect(() => findSubmissions("/no/such/place", "tiny")).toThrow("/no/such/place does not exist");
  });
});
