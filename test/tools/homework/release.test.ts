import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { findRegions } from "../../../tools/homework/markers";
import { release } from "../../../tools/homework/release";
import { releaseCommand } from "../../../tools/homework/release-command";
import { readNotebook } from "../../../tools/notebook/read";
import { serializeNotebook } from "../../../tools/notebook/write";
import { CHECK, EXERCISE, MASTER, writeMaster, type MadeCell } from "./support";

const course = join(__dirname, "..", "..", "..", "notebooks");
const courseNotebooks = readdirSync(course)
  .filter((name) => name.endsWith(".ipynb"))
  .map((name) => join(course, name))
  .filter((path) => readNotebook(path).cells.some(({ source }) => source.startsWith("// exercise: ")));

function releaseOf(...cells: readonly MadeCell[]) {
  return release(writeMaster(cells));
}

const WORDS = {
  type: "markdown",
  source: "<!-- exercise: why, 1.5 extra points -->\n// BEGIN SOLUTION\nBecause.\n// END SOLUTION",
} as const;

describe("release", () => {
  const { notebook, manifest } = release(writeMaster(MASTER, { latent: { smoke: {}, secret: 1 } }), "autumn");

  test("keeps each cell outside the marked regions", () => {
    expect(notebook.cells.map(({ source }) => source)).toEqual([
      "# Doubling\nWrite it.",
      'import { check } from "latent";',
      `// exercise: double, 3 points
const double = (x: number): number => {
  // YOUR CODE HERE
  throw new Error("YOUR CODE HERE");
};`,
      `check("Double", () => [\n  { name: "two", got: () => double(2), expected: 4 },\n]);`,
    ]);
  });

  test("leaves no secret in any source, metadata or output", () => {
    expect(serializeNotebook(notebook)).not.toMatch(/secret|hidden seven/);
    for (const { outputs = [], execution_count: count = null } of notebook.cells)
      expect([outputs, count]).toEqual([[], null]);
  });

  test("adds nbgrader's metadata, and records points and exercises in the manifest", () => {
    expect(notebook.cells.map(({ metadata }) => metadata["nbgrader"])).toMatchObject([
      undefined,
      { grade_id: "cell-c2", grade: false, solution: false, locked: true },
      { grade_id: "double", grade: false, solution: true, locked: false },
      { grade_id: "double-check", grade: true, solution: false, locked: true, points: 3 },
    ] as object[]);
    expect(manifest).toMatchObject({
      format: 2,
      name: "made",
      label: "autumn",
      points: 3,
      exercises: [{ name: "double", points: 3 }],
    });
    expect(manifest.version).toMatch(/^[0-9a-f]{16}$/);
  });

  test("drops a picture that only the mark scheme uses", () => {
    const attachments = { "a.png": { "image/png": "AA" }, "b.png": { "image/png": "BB" } };
    const source = "![](attachment:a.png)\n// BEGIN MARK SCHEME\n![](attachment:b.png)\n// END MARK SCHEME";
    const { cells } = releaseOf({ type: "markdown", source, attachments }, ...MASTER).notebook;
    expect(Object.keys(cells[0]?.attachments ?? {})).toEqual(["a.png"]);
  });
});

describe("release of an invalid notebook", () => {
  const twice = [{ source: EXERCISE }, { source: CHECK }, { source: EXERCISE }, { source: CHECK }];
  test.each<[string, MadeCell[]]>([
    ["cell 3, line 1: another exercise is also named double; rename one of them", twice],
    [
      "cell 1, line 3: // BEGIN SOLUTION has no matching // END SOLUTION",
      [{ source: EXERCISE.replace(/ {2}.*END.*/, "") }],
    ],
    [
      "cell 1, line 2: // BEGIN SOLUTION is in the wrong kind of cell",
      [{ source: EXERCISE.replace(/.*\n/, "") }],
    ],
    [
      "cell 1, line 1: // BEGIN HIDDEN TESTS is in the wrong kind of cell",
      [{ source: "// BEGIN HIDDEN TESTS\n// END HIDDEN TESTS" }],
    ],
    [
      "cell 1, line 1: // BEGIN MARK SCHEME is in the wrong kind of cell",
      [{ source: "// BEGIN MARK SCHEME\n// END MARK SCHEME" }],
    ],
    [
      'cell 1, line 1: "<!-- exercise: Why, 2 points -->" is not a valid declaration of an exercise',
      [{ ...WORDS, source: WORDS.source.replace("why, 1.5 extra", "Why, 2") }],
    ],
    [
      "cell 1, line 2: an exercise must be declared in the first line",
      [{ ...WORDS, source: `\n${WORDS.source}` }],
    ],
    [
      "cell 1, line 1: exercise why has no solution",
      [{ ...WORDS, source: WORDS.source.split("\n")[0] ?? "" }],
    ],
    ["cell 2, line 1: another exercise is also named why", [WORDS, WORDS]],
    [
      'cell 1, line 1: "// exercise: double, -3 points" is not a valid declaration of an exercise; write',
      [{ source: EXERCISE.replace("3 points", "-3 points") }],
    ],
    [
      "cell 1, line 2: an exercise must be declared in the first line of its cell",
      [{ source: `\n${EXERCISE}` }],
    ],
    ["cell 1, line 1: exercise open has no solution", [{ source: "// exercise: open, 1 point\nlet x = 1;" }]],
    [
      "cell 2, line 1: the cell after exercise double does not call check",
      [{ source: EXERCISE }, { source: "// check() is for later" }],
    ],
    ["made.ipynb: exercise double has no check", [{ source: EXERCISE }]],
    ["made.ipynb has no exercise; to declare one, write", [{ source: "1" }]],
  ])("throws: %s", (message, cells) => {
    expect(() => releaseOf(...cells)).toThrow(message);
  });

  test("writes nothing if one of several notebooks is invalid", async () => {
    const right = writeMaster(MASTER);
    const wrong = writeMaster([{ source: EXERCISE }]);
    const out = join(dirname(right), "out");
    await releaseCommand.parseAsync([right, wrong, "--out", out], { from: "user" });
    expect(process.exitCode).toBe(2);
    process.exitCode = undefined;
    expect(existsSync(out)).toBe(false);
  });
});

describe.each(courseNotebooks)("%s", (path) => {
  test("is released without any line of its solutions", () => {
    const count = (text: string, line: string) =>
      text.split("\n").filter((other) => other.trim() === line).length;
    const { cells } = readNotebook(path);
    const text = release(path)
      .notebook.cells.map(({ source }) => source)
      .join("\n");
    const all = cells.map(({ source }) => source.split("\n"));
    const hidden = cells.flatMap(({ source }, index) =>
      findRegions(source).flatMap(({ begin, end }) => all[index]?.slice(begin, end - 1) ?? []),
    );
    const master = all.flat().join("\n");
    expect(hidden.length).toBeGreaterThan(0);
    // A line that also occurs outside the regions stays there; each occurrence in a region is removed.
    for (const line of new Set(hidden.map((raw) => raw.trim()).filter((words) => words !== "")))
      expect([line, count(text, line)]).toEqual([line, count(master, line) - count(hidden.join("\n"), line)]);
  });
});

const python = process.env["LATENT_NBGRADER_PYTHON"];
describe("nbgrader", () => {
  test.skipIf(python === undefined)(
    "accepts the metadata and checksums of every release (needs nbgrader in LATENT_NBGRADER_PYTHON)",
    async () => {
      const folder = dirname(writeMaster(MASTER));
      const out = join(folder, "out");
      const half = [
        { source: EXERCISE.replace("3 points", "2.5 points") },
        { source: `${CHECK}\n// π ≈ 3` },
        WORDS,
      ];
      for (const path of [...courseNotebooks, writeMaster(half)])
        await releaseCommand.parseAsync([path, "--out", out], { from: "user" });
      const paths = readdirSync(join(out, "release")).map((name) =>
        join(out, "release", name, `${name}.ipynb`),
      );
      const output = execFileSync(python ?? "", [join(__dirname, "nbgrader_agrees.py"), ...paths], {
        encoding: "utf8",
      });
      expect(output.trim().split("\n")).toHaveLength(paths.length);
      expect(readFileSync(paths[0] ?? "", "utf8")).toContain("checksum");
      rmSync(folder, { recursive: true });
    },
  );
});
