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
  test("finds plain notebooks and nbgrader's layout, and ignores other assignments", () => {
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

  test("does not read links and notebooks that are too large", () => {
    const folder = newFolder();
    symlinkSync("/etc/passwd", join(folder, "eve.ipynb"));
    writeFileSync(join(folder, "max.ipynb"), "");
    truncateSync(join(folder, "max.ipynb"), 100 * 1024 ** 2);
    const [eve, max] = findSubmissions(folder, "tiny");
    expect(() => eve?.read()).toThrow("eve.ipynb must be a regular file, got a symbolic link");
    expect(() => max?.read()).toThrow("max.ipynb must be at most 50 MiB, got 100 MiB; clear");
  });

  test("reads an archive, and rejects one with unsafe paths", () => {
    const good = archive({ "ann/tiny/tiny.ipynb": text("ann's"), "bob.ipynb": text("bob's") });
    expect(findSubmissions(good, "tiny").map((s) => s.read())).toEqual(["ann's", "bob's"]);
    for (const name of ["../eve.ipynb", "/etc/eve.ipynb", "a/../../eve.ipynb", "..\\eve.ipynb"])
      expect(() => findSubmissions(archive({ [name]: text("") }), "tiny")).toThrow(
        "contains the unsafe path",
      );
  });

  test("rejects names with other characters and reserved names", () => {
    for (const name of ["a b", "Grades.csv", "summary.html"]) {
      const folder = newFolder();
      writeFileSync(join(folder, `${name}.ipynb`), "");
      expect(() => findSubmissions(folder, "tiny")).toThrow(
        `and not be reserved, got "${name}"; rename the file or folder`,
      );
    }
  });

  test("states the expected layout if there are no submissions", () => {
    expect(() => findSubmissions(newFolder(), "tiny")).toThrow(
      "expected STUDENT.ipynb or STUDENT/tiny/*.ipynb",
    );
    expect(() => findSubmissions("/no/such/place", "tiny")).toThrow("/no/such/place does not exist");
  });
});
