import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import type { Assignment } from "../../../../tools/grade/assignment/assignment";
import { readRoster } from "../../../../tools/grade/submissions/roster";
import { findSubmissions, type Submission } from "../../../../tools/grade/submissions/submissions";
import { loadClass, newFolder, tinyAssignment } from "../support";

let assignment: Assignment;
let solved: string;
let blank: string;
beforeAll(async () => {
  const { HONEST, MASTER } = await loadClass();
  assignment = tinyAssignment(MASTER);
  solved = MASTER;
  blank = HONEST.untouched.text;
});

function folderOf(files: Record<string, string>, ...empty: readonly string[]): string {
  const root = newFolder();
  for (const path of empty) mkdirSync(join(root, path), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function archiveOf(files: Record<string, string | Uint8Array>): string {
  const path = join(newFolder(), "class.zip");
  const bytes = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  writeFileSync(path, zipSync(Object.fromEntries(bytes)));
  return path;
}

function find(path: string, names?: string): Submission[] {
  return findSubmissions(path, assignment, names === undefined ? undefined : readRoster(names));
}

/** Who handed in what: the text, or why there is none. */
function contents(path: string, names?: string): [string, string][] {
  return find(path, names).map(({ student, read }) => {
    try {
      return [student.id, read()];
    } catch (error) {
      return [student.id, (error as Error).message];
    }
  });
}

describe("findSubmissions", () => {
  test("finds plain notebooks and nbgrader's layout, and ignores other assignments", () => {
    const folder = folderOf({
      "submitted/ann/tiny/tiny.ipynb": "ann's",
      "submitted/ann/other/other.ipynb": "not this",
      "bob.ipynb": "bob's",
    });
    expect(contents(folder)).toEqual([
      ["ann", "ann's"],
      ["bob", "bob's"],
    ]);
  });

  test("does not read links and notebooks that are too large", () => {
    const folder = newFolder();
    symlinkSync("/etc/passwd", join(folder, "eve.ipynb"));
    writeFileSync(join(folder, "max.ipynb"), "");
    truncateSync(join(folder, "max.ipynb"), 100 * 1024 ** 2);
    const [[, eve], [, max]] = contents(folder) as [[string, string], [string, string]];
    expect(eve).toContain("eve.ipynb must be a regular file, got a symbolic link");
    expect(max).toContain("max.ipynb must be at most 50 MiB, got 100 MiB; clear");
  });

  test("finds one student for a name in composed and in decomposed Unicode", () => {
    const folder = folderOf({ "Jose\u0301/tiny.ipynb": "José's", "李小龍.ipynb": "Lee's" });
    mkdirSync(join(folder, "Jos\u00E9"));
    const found = find(folder);
    expect(found.map(({ student, folder: own }) => [student.id, own])).toEqual([
      ["Jos\u00E9", "Jos\u00E9"],
      ["李小龍", "李小龍"],
    ]);
    expect(contents(folder)[0]).toEqual(["Jos\u00E9", "José's"]);
  });

  test.each([
    "Zoë O’Neil-d'Arc",
    "Нина Хагенова",
    "محمد",
    "นภา ใจดี",
    "a b",
    "..",
    "-rf",
    "grades.csv",
    "x\u0000y",
  ])("accepts the name %j, with a folder that every file system takes", (name) => {
    const path = archiveOf({ [`class/${name}/tiny.ipynb`]: "yes", "class/bob/tiny.ipynb": "" });
    const found = find(path).find(({ student }) => student.id !== "bob");
    expect(found?.folder).not.toMatch(/^[-.\s]|[\\/:*?"<>|]|\p{C}|^$|^grades\.csv$/u);
    if (!/^[-.g]|\p{C}/u.test(name)) expect(found).toMatchObject({ student: { id: name }, folder: name });
  });

  test("shows no character of a name that controls a terminal", () => {
    const [found] = find(archiveOf({ "x\u001b[2J\u202Ey.ipynb": "{" }));
    expect([found?.student.id, found?.where]).toEqual(["x\uFFFD[2J\uFFFDy", "x\uFFFD[2J\uFFFDy.ipynb"]);
  });

  test("gives different folders to names that a file system does not distinguish", () => {
    const path = archiveOf({
      "ann.ipynb": "1",
      "Ann.ipynb": "2",
      "a/b.ipynb": "3",
      [`${"é".repeat(200)}.ipynb`]: "",
    });
    const folders = find(path).map(({ folder }) => folder.toLowerCase());
    expect(new Set(folders).size).toBe(4);
    for (const folder of folders) expect(Buffer.byteLength(folder)).toBeLessThan(255);
  });

  test("reads the downloads of Moodle, with and without folders", () => {
    const path = archiveOf({
      "HW-1/Ada Lovelace_17_assignsubmission_file/hw.ipynb": "1",
      "HW-1/Ada Lovelace_17_assignsubmission_onlinetext/onlinetext.html": "see the file",
      "HW-1/Ada Lovelace_18_assignsubmission_file_/hw.ipynb": "2",
      "HW-1/Group A-Bo_Li_19_assignsubmission_file_tiny.ipynb": "3",
    });
    expect(contents(path)).toEqual([
      ["Ada Lovelace (17)", "1"],
      ["Ada Lovelace (18)", "2"],
      ["Group A-Bo_Li", "3"],
    ]);
    expect(find(path).map(({ student }) => student.platformId)).toEqual(["17", "18", "19"]);
  });

  test("reads the download of Canvas, with its mark of late submissions", () => {
    const path = archiveOf({
      "lovelaceada_17_801_tiny.ipynb": "1",
      "bobohne_LATE_18_802_my homework_2.ipynb": "2",
      "anon_x9Y_803_tiny.ipynb": "3",
      "noethe_19_text.html": "I have no file",
    });
    expect(contents(path)).toEqual([
      ["anon_x9Y", "3"],
      ["bobohne", "2"],
      ["lovelaceada", "1"],
      ["noethe", "there is no notebook (.ipynb) in the submission: it has noethe_19_text.html"],
    ]);
    expect(find(path).map(({ student, timing }) => [student.platformId, timing.isMarkedLate])).toEqual([
      ["anon_x9Y", false],
      ["18", true],
      ["17", false],
      ["19", false],
    ]);
  });

  test.each([
    ["with backslashes", { "class\\ann\\tiny.ipynb": "1", "class\\bob\\tiny.ipynb": "2" }],
    ["in one folder", { "My Class 2026/ann/tiny.ipynb": "1", "My Class 2026/bob/tiny.ipynb": "2" }],
    ["in one folder of files", { "x/ann.ipynb": "1", "x/bob.ipynb": "2" }],
    ["in two folders", { "x/submitted/ann/tiny/tiny.ipynb": "1", "x/submitted/bob/tiny/tiny.ipynb": "2" }],
    ["with a folder beside a file", { "x/ann/tiny/tiny.ipynb": "1", "x/bob.ipynb": "2" }],
    ["with what macOS adds", { "ann/tiny.ipynb": "1", "bob.ipynb": "2", "__MACOSX/ann/._tiny.ipynb": "" }],
  ])("reads an archive %s", (_what, files) => {
    expect(contents(archiveOf(files))).toEqual([
      ["ann", "1"],
      ["bob", "2"],
    ]);
  });

  test("does not take the folder of a single student for one that wraps the class", () => {
    for (const files of [
      { "ann/tiny.ipynb": "1" },
      { "ann/tiny/solution.ipynb": "1" },
      { "ann/homework.ipynb": "1", "ann/images/a.png": "" },
      { "ann/whatever.ipynb": "1" },
    ])
      expect(contents(archiveOf(files))).toEqual([["ann", "1"]]);
  });

  test("reads archives in the archive, and names of macOS and DOS without the mark of UTF-8", () => {
    const inner = zipSync({ "hw/tiny.ipynb": Buffer.from("1") });
    expect(contents(folderOf({ "ann.zip": "", "bob/x.txt": "" }))[0]?.[1]).toContain("it has ann.zip");
    const path = archiveOf({ "ann.zip": inner, "Bob_7_assignsubmission_file_tiny.zip": inner });
    expect(contents(path)).toEqual([
      ["Bob", "1"],
      ["ann", "1"],
    ]);
    const unmarked = zipSync({ "JoXX.ipynb": Buffer.from("1") });
    const patched = (bytes: readonly number[]) => {
      const copy = Buffer.from(unmarked);
      for (let at = copy.indexOf("JoXX"); at >= 0; at = copy.indexOf("JoXX", at + 1)) copy.set(bytes, at + 2);
      const file = join(newFolder(), "class.zip");
      writeFileSync(file, copy);
      return contents(file);
    };
    expect(patched([0xc3, 0xa9])).toEqual([["Jo\u00E9", "1"]]);
    expect(patched([0x81, 0x81])).toEqual([["Joüü", "1"]]);
  });

  test("names students whose entry is unsafe, damaged or encrypted, and reads the others", () => {
    const path = archiveOf({
      "../eve.ipynb": "1",
      "/etc/max.ipynb": "2",
      "C:\\bob.ipynb": "3",
      "ann.ipynb": "4",
    });
    const found = contents(path);
    expect(found.find(([, text]) => text === "4")?.[0]).toBe("ann");
    expect(found.filter(([, text]) => text.includes("is an unsafe path in an archive"))).toHaveLength(3);
    const bytes = Buffer.from(zipSync({ "ann.ipynb": Buffer.from("x".repeat(99)) }));
    const damaged = Buffer.from(bytes);
    damaged.set([0xff, 0xff], damaged.indexOf("ann.ipynb") + 12);
    const encrypted = Buffer.from(bytes);
    encrypted.set(
      [encrypted.readUInt8(encrypted.lastIndexOf("PK\u0001\u0002") + 8) | 1],
      encrypted.lastIndexOf("PK\u0001\u0002") + 8,
    );
    for (const [content, message] of [
      [damaged, "ann.ipynb cannot be read: it is damaged in the archive; create the archive again"],
      [encrypted, "it is encrypted in the archive; create the archive without a password"],
    ] as const) {
      const file = join(newFolder(), "class.zip");
      writeFileSync(file, content);
      expect(contents(file)[0]?.[1]).toContain(message);
    }
  });

  test("names everyone without a notebook, and says what there is instead", () => {
    const folder = folderOf(
      { "ann/report.pdf": "", "ann/data.csv": "", "bob.docx": "", "cem/tiny.ipynb": "1" },
      "dee",
    );
    expect(contents(folder)).toEqual([
      ["ann", "there is no notebook (.ipynb) in the submission: it has data.csv, report.pdf"],
      ["bob", "there is no notebook (.ipynb) in the submission: it has bob.docx"],
      ["cem", "1"],
      ["dee", "there is no notebook (.ipynb) in the submission: it is empty"],
    ]);
  });

  test.each(["TINY.IPYNB", "tiny.ipynb.txt", "tiny (1).ipynb", "a/b/c/d/solution.ipynb", ".tiny.ipynb"])(
    "takes a notebook named %s",
    (name) => {
      expect(contents(folderOf({ [`ann/${name}`]: "1", "bob.ipynb": "" }))[0]).toEqual(["ann", "1"]);
    },
  );

  test("chooses the notebook with answers, and says so", () => {
    const folder = folderOf({ "ann/tiny.ipynb": blank, "ann/tiny-Copy1.ipynb": solved, "bob.ipynb": "" });
    const [ann] = find(folder);
    expect(ann?.read()).toBe(solved);
    expect(ann?.note).toBe("tiny-Copy1.ipynb was graded (it has answers), not tiny.ipynb");
  });

  test("prefers the notebook named after the assignment, and does not guess between others", () => {
    const half = solved.replace("2 * x", "x * 2");
    const [named] = find(folderOf({ "a/Tiny.ipynb": half, "a/old.ipynb": solved, "b/tiny.ipynb": "" }));
    expect(named).toMatchObject({
      where: "a/Tiny.ipynb",
      note: "Tiny.ipynb was graded (it has answers), not old.ipynb",
    });
    const two = folderOf({
      "a/one.ipynb": half,
      "a/two.ipynb": solved,
      "a/3.ipynb": "{",
      "b/tiny.ipynb": "",
    });
    expect(contents(two)[0]?.[1]).toBe(
      "several notebooks have answers: one.ipynb, two.ipynb; " +
        "rename the one to grade to tiny.ipynb, and the others to something else",
    );
    const same = find(folderOf({ "a/one.ipynb": solved, "a/two.ipynb": `${solved} `, "b/tiny.ipynb": "" }));
    expect(same[0]?.note).toBe("one.ipynb was graded (it has answers), not two.ipynb");
    const none = find(folderOf({ "a/one.ipynb": blank, "a/tiny.ipynb": "{", "b/tiny.ipynb": "" }));
    expect(none[0]).toMatchObject({
      note: "tiny.ipynb was graded (none of them has answers), not one.ipynb",
    });
  });

  test("takes names from a table, and lists who is not in it and who did not hand in", () => {
    const names = join(newFolder(), "names.csv");
    writeFileSync(
      names,
      "\uFEFFSubmission;Student ID;First name;Last name;Email;Platform ID\r\n" +
        'Jose\u0301;jg1;José;"Gómez; jr.";jg@x.org;\r\n' +
        "upload_17;ml2;;;;99\r\n" +
        ";zz3;;;;\r\n",
    );
    const folder = folderOf({ "JOS\u00C9.ipynb": "1", "upload_17.ipynb": "2", "guest.ipynb": "3" });
    const found = find(folder, names);
    expect(found).toMatchObject([
      { student: { id: "guest" }, note: "not in the table --names" },
      { student: { id: "jg1", firstName: "Jos\u00E9", lastName: "G\u00F3mez; jr.", email: "jg@x.org" } },
      { student: { id: "ml2", platformId: "99" } },
      { student: { id: "zz3" }, isMissing: true },
    ]);
  });

  test.each([
    ["name,id\na,b", "must have the column submission or student_id, and may have first_name"],
    ["student_id,email\n,a@b.c", "row 2: submission and student_id are empty"],
    ["submission\nann\nAnn", "row 3: Ann has two rows"],
  ])("rejects the table %j", (text, message) => {
    const names = join(newFolder(), "names.csv");
    writeFileSync(names, text);
    expect(() => readRoster(names)).toThrow(message);
  });

  test("distinguishes two submissions that the table gives to one student", () => {
    const names = join(newFolder(), "names.csv");
    writeFileSync(names, "submission,student_id\nx,ann\n");
    const found = find(folderOf({ "x.ipynb": "1", "ann.ipynb": "2" }), names);
    expect(found.map(({ student }) => student.id)).toEqual(["ann", "ann (2)"]);
    expect(found[1]?.note).toContain("another submission is also from ann");
  });

  test("states the expected layout if there are no submissions", () => {
    expect(() => find(newFolder())).toThrow(
      "has no submissions; expected STUDENT.ipynb, STUDENT/tiny/*.ipynb, or a download of Moodle or Canvas",
    );
    expect(() => find("/no/such/place")).toThrow("/no/such/place does not exist");
    expect(() => find(join(folderOf({ "a.zip": "no" }), "a.zip"))).toThrow(
      "cannot be read: it is not a zip archive; pass a folder or a zip archive",
    );
  });
});
