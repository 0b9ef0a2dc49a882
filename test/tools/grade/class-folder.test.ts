// Longer than 250 lines because one class has everything in it that was ever graded wrongly.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { parseCsv } from "../../../tools/common/csv";
import { readAssignment } from "../../../tools/grade/assignment/assignment";
import { gradeAll } from "../../../tools/grade/grade";
import { NO_POLICY, type LatePolicy } from "../../../tools/grade/lateness/late-policy";
import { parseTime } from "../../../tools/grade/lateness/time-zone";
import { bubblewrapProblem } from "../../../tools/grade/sandbox/bubblewrap";
import { chooseIsolation } from "../../../tools/grade/sandbox/choose-isolation";
import { DEFAULT_IMAGE } from "../../../tools/grade/sandbox/container";
import { DEFAULT_LIMITS } from "../../../tools/grade/sandbox/limits";
import { readRoster } from "../../../tools/grade/submissions/roster";
import { findSubmissions } from "../../../tools/grade/submissions/submissions";
import { release } from "../../../tools/homework/release";
import type { Cell, Notebook } from "../../../tools/notebook/document";
import { serializeNotebook } from "../../../tools/notebook/write";

const GIVEN = 'import { check } from "latent";\nconst base = 3;';
const DOUBLE = `// exercise: double, 2 points
const double = (x: number): number => {
  // BEGIN SOLUTION
  return 2 * x;
  // END SOLUTION
};`;
const TOTAL = `// exercise: total, 3 points
const total = (xs: number[]): number => {
  // BEGIN SOLUTION
  return xs.reduce((a, b) => a + b, 0);
  // END SOLUTION
};`;
const CUBE = `// exercise: cube, 1 extra point
const cube = (x: number): number => {
  // BEGIN SOLUTION
  return x ** 3;
  // END SOLUTION
};`;
const CHECK_DOUBLE = `check("Double", () => [
  { name: "of two", got: () => double(2), expected: 4 },
  // BEGIN HIDDEN TESTS
  { name: "of seventeen", got: () => double(17), expected: 34 },
  // END HIDDEN TESTS
]);`;
const CHECK_TOTAL =
  'check("Total", () => [{ name: "of three", got: () => total([1, 2, base]), expected: 6 }]);';
const CHECK_CUBE = 'check("Cube", () => [{ name: "of two", got: () => cube(2), expected: 8 }]);';

/** Where each solution is; the stub of the cube is left in most submissions. */
const [AT_DOUBLE, AT_TOTAL, AT_CUBE] = [1, 3, 5];

function masterText(): string {
  const sources = [GIVEN, DOUBLE, CHECK_DOUBLE, TOTAL, CHECK_TOTAL, CUBE, CHECK_CUBE];
  // without cell ids, as nbformat 4.4 has it
  const cells = sources.map((source) => ({
    cell_type: "code",
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  const metadata = {
    kernelspec: { name: "latent", language: "typescript", display_name: "TypeScript (latent)" },
  };
  return JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata, cells });
}

const work = mkdtempSync(join(tmpdir(), "latent-class-"));
const master = join(work, "hw1.ipynb");
let handedOut: Notebook;
let manifest: string;

function code(source: string, like: Partial<Cell> = {}): Cell {
  return { id: `new-${source.length}`, cell_type: "code", metadata: {}, ...like, source };
}

/** The notebook as handed out, with answers by the number of their cell. */
function withAnswers(answers: Readonly<Record<number, string>>): Notebook {
  const cells = handedOut.cells.map((cell, at) => ({ ...cell, source: answers[at] ?? cell.source }));
  return { ...handedOut, cells };
}
function right(): Notebook {
  return withAnswers({ [AT_DOUBLE]: DOUBLE, [AT_TOTAL]: TOTAL });
}
function text(notebook: Notebook): string {
  return serializeNotebook(notebook);
}
/** The notebook with other metadata, or with other cells. */
function changed(notebook: Notebook, change: Partial<Notebook>): string {
  return text({ ...notebook, ...change });
}
/** Inserts cells before the cell with a number. */
function inserted(notebook: Notebook, at: number, ...cells: readonly Cell[]): Notebook {
  return { ...notebook, cells: [...notebook.cells.slice(0, at), ...cells, ...notebook.cells.slice(at)] };
}

/** A student of the class: the files, and what the grades must say. */
interface Expected {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Raw points; absent for a blank. */
  readonly raw?: number;
  readonly final?: number;
  readonly status?: string;
  /** A part of the remark. */
  readonly remark?: string;
}

/** The class, by the id in the grades. */
function theClass(): Record<string, Expected> {
  const whole = text(right());
  const needsTwo = withAnswers({ [AT_DOUBLE]: DOUBLE.replace("2 * x", "two * x"), [AT_TOTAL]: TOTAL });
  const [head = "", ...body] = DOUBLE.split("\n");
  const doubleCell = handedOut.cells[AT_DOUBLE] as Cell;
  const split = [
    code(`${head}\nconst two = 2;`, doubleCell),
    code(body.join("\n"), { ...doubleCell, id: "part" }),
  ];
  const blank = text(handedOut);
  return {
    // B1: what grade runs
    "helper": {
      files: { "helper/hw1.ipynb": text(inserted(needsTwo, 1, code("const two = base - 1;"))) },
      raw: 5,
    },
    "split": {
      files: {
        "split/hw1.ipynb": text({
          ...right(),
          cells: right().cells.flatMap((cell, at) => (at === AT_DOUBLE ? split : [cell])),
        }),
      },
      raw: 5,
      remark: "",
    },
    "beside": {
      files: {
        "beside/hw1.ipynb": text(
          inserted(
            withAnswers({ [AT_TOTAL]: TOTAL }),
            2,
            code("const double = (x: number): number => x + x;"),
          ),
        ),
      },
      raw: 5,
    },
    "experiment": {
      files: {
        "experiment/hw1.ipynb": text(inserted(right(), 3, code("throw new Error('an experiment');"))),
      },
      raw: 5,
    },
    // B2: any language, and blanks
    "colab": {
      files: { "colab/hw1.ipynb": changed(right(), { metadata: { colab: { provenance: [] } } }) },
      raw: 5,
    },
    "python": {
      files: {
        "python.ipynb": changed(right(), {
          metadata: { kernelspec: { name: "python3", language: "python" } },
        }),
      },
      raw: 5,
    },
    "garbage": {
      files: { "garbage.ipynb": "{ no" },
      status: "unreadable",
      remark: "is not a notebook: invalid JSON",
    },
    "elsewhere": {
      files: { "elsewhere/hw2.ipynb": changed(right(), { cells: [code("const other = 1;")] }) },
      status: "unreadable",
      remark: "has none of the exercises of hw1; is it another notebook?",
    },
    // B3: names
    "Jos\u00E9 D\u2019Arc": { files: { "Jose\u0301 D\u2019Arc/hw1.ipynb": whole }, raw: 5 },
    "李小龍": { files: { "李小龍.ipynb": whole }, raw: 5 },
    "нина": { files: { "нина/hw1/hw1.ipynb": whole }, raw: 5 },
    "Ada Lovelace": { files: { "Ada Lovelace_12345_assignsubmission_file/hw1.ipynb": whole }, raw: 5 },
    "lovelaceada": { files: { "lovelaceada_17_801_hw1.ipynb": whole }, raw: 5 },
    "Zed": { files: { "upload-993/hw1.ipynb": whole }, raw: 5 },
    // B4: archives
    "zipped": { files: { "zipped.zip": zipSync({ "hw1\\hw1.ipynb": Buffer.from(whole) }) }, raw: 5 },
    // B5: files named otherwise
    "empty": {
      files: {},
      status: "unreadable",
      remark: "no notebook (.ipynb) in the submission: it is empty",
    },
    "report": { files: { "report/hw1.pdf": "%PDF" }, status: "unreadable", remark: "it has hw1.pdf" },
    "shout": { files: { "shout/HW1.IPYNB": whole }, raw: 5 },
    "copy": {
      files: { "copy/hw1.ipynb": blank, "copy/hw1-Copy1.ipynb": whole },
      raw: 5,
      remark: "hw1-Copy1.ipynb was graded (it has answers), not hw1.ipynb",
    },
    "untouched": { files: { "untouched.ipynb": blank }, raw: 0, remark: "no exercise is answered" },
    // B7: due dates and extra credit
    "late": {
      files: { "late/hw1/hw1.ipynb": whole, "late/hw1/timestamp.txt": "2026-12-02 08:00:00 UTC\n" },
      raw: 5,
      final: 4,
      remark: "2 days late",
    },
    "extended": {
      files: { "extended/hw1/hw1.ipynb": whole, "extended/hw1/timestamp.txt": "2026-12-02 08:00:00 UTC" },
      raw: 5,
    },
    "extra": {
      files: {
        "extra/hw1.ipynb": text(withAnswers({ [AT_DOUBLE]: DOUBLE, [AT_TOTAL]: TOTAL, [AT_CUBE]: CUBE })),
      },
      raw: 6,
    },
    "nobody": { files: {}, status: "not submitted", remark: "nothing was handed in" },
  };
}

const NAMES = [
  "submission,student_id,last_name,first_name,due",
  "upload-993,Zed,Zimmermann,Zed,",
  "extended,,,,2026-12-05",
  "nobody,,,,\n",
].join("\n");

beforeAll(() => {
  writeFileSync(master, masterText());
  const released = release(master);
  expect(release(master).manifest.version).toBe(released.manifest.version); // B6
  handedOut = released.notebook;
  manifest = join(work, "hw1.json");
  writeFileSync(manifest, JSON.stringify(released.manifest));
});

/** Writes the class as a folder, or as an archive of one folder as Windows makes it. */
function writeClass(students: Readonly<Record<string, Expected>>, as: "folder" | "archive"): string {
  const files = Object.values(students).flatMap((student) => Object.entries(student.files));
  if (as === "archive") {
    const path = join(work, "class.zip");
    const entries = files.map(
      ([name, content]) => [`HW 1\\${name.replaceAll("/", "\\")}`, Buffer.from(content)] as const,
    );
    writeFileSync(path, zipSync({ ...Object.fromEntries(entries), "HW 1\\empty\\": Buffer.alloc(0) }));
    return path;
  }
  const root = join(work, "class");
  mkdirSync(join(root, "empty"), { recursive: true });
  for (const [name, content] of files) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

const skipReason = bubblewrapProblem();
const sandbox = skipReason === undefined ? "bwrap" : "none";

describe.skipIf(process.platform !== "linux")("a class in one run", { timeout: 900_000 }, () => {
  test("finds the same students in a folder and in an archive as Windows makes it", () => {
    const students = theClass();
    const names = join(work, "names.csv");
    writeFileSync(names, NAMES);
    const assignment = readAssignment(manifest, false);
    for (const as of ["folder", "archive"] as const) {
      const found = findSubmissions(writeClass(students, as), assignment, readRoster(names));
      expect(found.map(({ student }) => student.id).sort()).toEqual(Object.keys(students).sort());
    }
  });

  test("names everyone, gives honest work its points, and loses nothing", async () => {
    const students = theClass();
    const names = join(work, "names.csv");
    writeFileSync(names, NAMES);
    const assignment = readAssignment(manifest, false);
    const out = join(work, "graded");
    const policy: LatePolicy = {
      zone: "Europe/Zurich",
      due: parseTime("2026-11-30 23:59", "Europe/Zurich", "later"),
      percentPerDay: 10,
      maxPercent: 50,
      graceMinutes: 10,
      usesFileTimes: false,
    };
    const options = {
      ...{ out, jobs: 2, policy, limits: DEFAULT_LIMITS, isolation: chooseIsolation(sandbox, DEFAULT_IMAGE) },
      platform: { kind: "canvas" as const },
      log: () => undefined,
      drawing: { renderSvg: () => Promise.resolve("<svg></svg>"), loadPlot: () => import("latent/plot") },
    };
    const submissions = findSubmissions(writeClass(students, "folder"), assignment, readRoster(names));
    await gradeAll(submissions, assignment, options);

    const [header = [], ...rows] = parseCsv(readFileSync(join(out, "grades.csv"), "utf8"));
    const column = (row: readonly string[], name: string) => row[header.indexOf(name)] ?? "";
    const summary = readFileSync(join(out, "instructor", "summary.md"), "utf8").replaceAll("\\", "");
    const page = readFileSync(join(out, "instructor", "summary.html"), "utf8");
    expect(rows.map((row) => column(row, "student_id")).sort()).toEqual(Object.keys(students).sort());
    const listed = ["Zed", "extended", "nobody"];
    for (const row of rows) {
      const id = column(row, "student_id");
      const { raw, final = raw, status = "graded", remark = "" } = students[id] ?? {};
      const shown = ["status", "raw_score", "score", "max_score"].map((name) => column(row, name));
      expect([id, ...shown]).toEqual([
        id,
        status,
        ...[raw, final].map((points) => points?.toString() ?? ""),
        "5",
      ]);
      expect(column(row, "remark")).toContain(remark);
      expect(column(row, "remark").includes("not in the table --names")).toBe(!listed.includes(id));
      expect(page).toContain(id);
      if (status !== "graded") expect(summary).toContain(`- ${id}: ${status}. `);
    }
    const late = rows.find((row) => column(row, "student_id") === "late") ?? [];
    expect(["duedate", "timestamp", "late_submission_penalty"].map((name) => column(late, name))).toEqual([
      "2026-11-30 23:59:00+01:00",
      "2026-12-02 09:00:00+01:00",
      "1",
    ]);
    const zed = rows.find((row) => column(row, "student_id") === "Zed") ?? [];
    expect([column(zed, "last_name"), column(zed, "first_name")]).toEqual(["Zimmermann", "Zed"]);
    expect(readFileSync(join(out, "feedback", "late", "feedback.html"), "utf8")).toContain(
      "2 days late: 5.00 − 1.00 points",
    );
    const withFeedback = Object.entries(students).filter(([, { status }]) => status !== "not submitted");
    const folders = readdirSync(join(out, "feedback"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual(withFeedback.map(([id]) => id).sort());
    const canvas = parseCsv(readFileSync(join(out, "grades-canvas.csv"), "utf8"));
    const graded = Object.values(students).filter(({ raw }) => raw !== undefined);
    expect(canvas).toHaveLength(2 + graded.length);

    // Another due date changes the grades and the feedback without another run of the notebooks.
    const before = readFileSync(join(out, "instructor", "late", "executed.ipynb"), "utf8");
    const free: LatePolicy = { ...NO_POLICY, zone: policy.zone };
    const again = await gradeAll(submissions, assignment, {
      ...options,
      policy: free,
      isolation: { ...options.isolation, command: () => ["false", []] },
    });
    expect(again.filter(({ status }) => status === "grading failed")).toEqual([]);
    const feedback = readFileSync(join(out, "feedback", "late", "feedback.html"), "utf8");
    expect(feedback).toContain("5.00 of 5 points");
    expect(feedback).not.toContain("days late");
    expect(feedback).toContain("of two");
    expect(readFileSync(join(out, "instructor", "late", "executed.ipynb"), "utf8")).toBe(before);
  });
});
