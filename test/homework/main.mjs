/**
 * Tests homework from end to end. A class of 60 submissions, a third of them hostile, is graded by a run that
 * is killed halfway and then continued. Every course notebook with exercises is released and graded with its
 * own solutions, with no answers, and with each exercise wrong.
 *
 * `node test/homework/main.mjs [class] [cheats] [NOTEBOOK.ipynb]…` runs only these parts.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { performance } from "node:perf_hooks";
import { clearInterval, setInterval } from "node:timers";
import { join, resolve } from "node:path";
import { ADDED, BOMBS, BREACHES, CHEATS, HONEST, MASTER, PACKED, PACKED_BESIDE } from "./class.mjs";

const root = resolve(import.meta.dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "homework-"));
let passed = 0;
let failed = 0;

/** @param {string} statement @param {boolean} isTrue @param {string} [got] */
function expect(statement, isTrue, got = "") {
  if (isTrue) passed += 1;
  else failed += 1;
  console.log(`${isTrue ? "passed" : "FAILED"}: ${statement}${isTrue || got === "" ? "" : ` (${got})`}`);
}

/**
 * @param {number} pid
 * @returns {number} its peak resident memory in MiB; 0 if it has ended
 */
function peakMemory(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/**
 * Runs the command `latent`.
 *
 * @param {string[]} args
 * @param {() => boolean} [until] kills the command when it returns true
 */
function latent(args, until = () => false) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(root, "tools/bin/latent.mjs"), ...args], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    let memory = 0;
    const watch = setInterval(() => {
      memory = Math.max(memory, peakMemory(child.pid ?? 0));
      if (until()) child.kill("SIGKILL");
    }, 100);
    child.once("close", (code) => {
      clearInterval(watch);
      done({ code, memory });
    });
  });
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** @param {string} out */
function results(out) {
  const folder = join(out, "instructor");
  return (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      try {
        return [readJson(join(folder, name, "result.json"))];
      } catch {
        return []; // not graded so far
      }
    });
}

/** @param {unknown} source */
function textOf(source) {
  return Array.isArray(source) ? source.join("") : String(source);
}

/** Returns the exercise declared in a cell, if any. @param {any} cell */
function exerciseIn({ source }) {
  const [, name, points] = /^\/\/ exercise: ([a-z0-9-]+), ([0-9.]+) points?/.exec(textOf(source)) ?? [];
  return name === undefined ? undefined : { name, points: Number(points) };
}

const SOLUTION = /[^\S\n]*\/\/ BEGIN SOLUTION[^]*?\/\/ END SOLUTION[^\n]*/g;

/**
 * Returns an answer that compiles and runs, but is always wrong, as NaN equals nothing.
 *
 * @param {string} solved
 */
function wrong(solved) {
  return solved.replace(SOLUTION, "return NaN as never;");
}

/**
 * Returns a submission: the released notebook with answers.
 *
 * @param {any} released @param {(name: string, stub: string) => string} answer
 */
function handIn(released, answer) {
  return JSON.stringify({
    ...released,
    cells: released.cells.map((/** @type {any} */ cell) => {
      const exercise = exerciseIn(cell);
      return exercise ? { ...cell, source: answer(exercise.name, textOf(cell.source)) } : cell;
    }),
  });
}

/** Releases, solves and grades one notebook of the course. @param {string} file */
async function courseNotebook(file) {
  const name = file.replace(/\.ipynb$/, "");
  const path = join(root, "notebooks", file);
  /** @type {{ name: string, points: number, solution: string }[]} */
  const exercises = readJson(path).cells.flatMap((/** @type {any} */ cell) => {
    const exercise = exerciseIn(cell);
    return exercise ? [{ ...exercise, solution: textOf(cell.source) }] : [];
  });
  if (exercises.length === 0) return;
  const folder = join(work, name);
  const { code } = await latent(["release", path, "--out", join(folder, "homework")]);
  expect(`${name}: is released`, code === 0);
  const handedOut = join(folder, "homework", "release", name, file);
  const solutions = new Map(exercises.map((exercise) => [exercise.name, exercise.solution]));
  const most = exercises.reduce((sum, { points }) => sum + points, 0);
  /** @type {Map<string, { text: string, deserved: number }>} */
  const students = new Map();
  const released = readJson(handedOut);
  const solve = (/** @type {string} */ title) => solutions.get(title) ?? "";
  students.set("solved", { text: handIn(released, solve), deserved: most });
  students.set("untouched", { text: readFileSync(handedOut, "utf8"), deserved: 0 });
  for (const exercise of exercises) {
    const answer = (/** @type {string} */ title) =>
      title === exercise.name ? wrong(solve(title)) : solve(title);
    students.set(`wrong-${exercise.name}`, {
      text: handIn(released, answer),
      deserved: most - exercise.points,
    });
  }
  for (const [student, { text }] of students) {
    const place = join(folder, "submitted", student, name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, file), text);
  }
  const out = join(folder, "graded");
  const manifest = join(folder, "homework", "manifests", `${name}.json`);
  await latent([
    ...["grade", join(folder, "submitted"), "--assignment", manifest],
    ...["--out", out, "--smoke", "--jobs", "2"],
  ]);
  const graded = results(out);
  for (const [student, { deserved }] of students) {
    const result = graded.find((one) => one.student === student);
    const isRight = result?.status === "graded" && Math.abs(result.score - deserved) < 1e-9;
    expect(`${name}: ${student} gets ${deserved} of ${most} points`, isRight, `got ${result?.score}`);
    expect(
      `${name}: ${student} completes in one kernel`,
      result?.kernels === 1,
      `${result?.kernels} kernels`,
    );
  }
}

const CLASS_SIZE = 60;
const HOSTILE_COUNT = 20;
const MAX_MEMORY_MIB = 400;
const LIMITS = ["--jobs", "2", "--cell-timeout", "10", "--memory", "1500"];

/** Hostile submissions; those that attack the machine come first, so that they are part of the class. */
const hostile = Object.entries({
  ...BOMBS,
  "packed": PACKED,
  "packed-beside": PACKED_BESIDE,
  ...Object.fromEntries(Object.entries({ ...BREACHES, ...CHEATS }).reverse()),
});

/** @param {Map<string, { text: string, deserved: number }>} submissions @param {any[]} graded */
function expectPoints(submissions, graded) {
  for (const [name, { deserved }] of submissions) {
    const got = graded.find(({ student }) => student === name)?.score;
    const isHostile = name.startsWith("hostile");
    const isRight = isHostile ? (got ?? 0) <= deserved : Math.abs(got - deserved) < 1e-9;
    expect(`${name} gets ${isHostile ? "at most " : ""}${deserved} points`, isRight, `got ${got}`);
  }
}

/**
 * Writes a folder of submissions and the manifest of their assignment.
 *
 * @param {string} name
 * @param {Map<string, { text: string }>} submissions
 */
async function writeClass(name, submissions) {
  const folder = join(work, name);
  mkdirSync(folder);
  for (const [student, { text }] of submissions) writeFileSync(join(folder, `${student}.ipynb`), text);
  writeFileSync(join(work, "tiny.ipynb"), MASTER);
  await latent(["release", join(work, "tiny.ipynb"), "--out", join(work, "tiny")]);
  const out = join(work, `${name}-out`);
  mkdirSync(out);
  const manifest = join(work, "tiny", "manifests", "tiny.json");
  return { out, args: ["grade", folder, "--assignment", manifest, "--out", out, ...LIMITS] };
}

async function wholeClass() {
  /** @type {Map<string, { text: string, deserved: number }>} */
  const submissions = new Map();
  const honest = Object.entries({ ...HONEST, ...ADDED });
  for (const [name, submission] of hostile.slice(0, HOSTILE_COUNT))
    submissions.set(`hostile-${name}`, submission);
  for (let i = 0; submissions.size < CLASS_SIZE; i++) {
    const [name, submission] = honest[i % honest.length] ?? ["", { text: "", deserved: 0 }];
    submissions.set(`student-${i}-${name}`, { ...submission, text: `${submission.text}${" ".repeat(i)}` });
  }
  const { out, args } = await writeClass("class", submissions);
  const started = performance.now();
  const first = await latent(args, () => results(out).length >= CLASS_SIZE / 2);
  const before = results(out);
  console.log(`killed with ${before.length} of ${CLASS_SIZE} graded; continuing`);
  const second = await latent(args);
  const after = results(out);
  const minutes = (performance.now() - started) / 60_000;
  const memory = Math.max(first.memory, second.memory);
  console.log(
    `${CLASS_SIZE} submissions in ${minutes.toFixed(1)} min; the grader used ${memory.toFixed(0)} MiB`,
  );
  expect("a killed run can be continued", second.code === 0 && before.length < CLASS_SIZE);
  expect("no result is lost", after.length === CLASS_SIZE, `${after.length} results`);
  const kept = before.filter(
    (old) => JSON.stringify(after.find(({ student }) => student === old.student)) === JSON.stringify(old),
  );
  expect("graded submissions are not graded again", kept.length === before.length);
  expectPoints(submissions, after);
  expect(
    `the grader uses less than ${MAX_MEMORY_MIB} MiB`,
    memory < MAX_MEMORY_MIB,
    `${memory.toFixed(0)} MiB`,
  );
}

/** Grades the hostile submissions that are not in the class. */
async function otherCheats() {
  const submissions = new Map(
    hostile.slice(HOSTILE_COUNT).map(([name, submission]) => [`hostile-${name}`, submission]),
  );
  const { out, args } = await writeClass("cheats", submissions);
  await latent(args);
  expectPoints(submissions, results(out));
}

const wanted = process.argv.slice(2);
const notebooks = readdirSync(join(root, "notebooks")).filter((file) => file.endsWith(".ipynb"));
const parts = ["class", "cheats", ...notebooks];
const unknown = wanted.find((part) => !parts.includes(part));
if (unknown !== undefined) {
  console.error(`test:homework: a part must be one of ${parts.join(", ")}, got ${unknown}`);
  process.exit(2);
}
try {
  if (wanted.length === 0 || wanted.includes("class")) await wholeClass();
  if (wanted.length === 0 || wanted.includes("cheats")) await otherCheats();
  for (const name of notebooks) if (wanted.length === 0 || wanted.includes(name)) await courseNotebook(name);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
