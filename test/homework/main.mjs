/**
 * Homework from end to end: a class of 60, a third of it hostile, is graded by a run that is killed in its middle and continued; then
 * every course notebook with exercises is released and handed in solved by its own solutions, untouched, and with each exercise wrong.
 *
 * `node test/homework/main.mjs [class] [cheats] [NOTEBOOK.ipynb]…` does only these parts.
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
import { BOMBS, CHEATS, HONEST, MASTER, PACKED } from "./class.mjs";

const root = resolve(import.meta.dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "homework-"));
let passed = 0;
let failed = 0;

/** @param {string} what @param {boolean} isTrue @param {string} [got] */
function expect(what, isTrue, got = "") {
  if (isTrue) passed += 1;
  else failed += 1;
  console.log(`${isTrue ? "passed" : "FAILED"}: ${what}${isTrue || got === "" ? "" : ` (${got})`}`);
}

/** @param {number} pid */
function residentMemory(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Runs the command `latent`; `until` says when to kill it. @param {string[]} args @param {() => boolean} [until] */
function latent(args, until = () => false) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(root, "tools/bin/latent.mjs"), ...args], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    let memory = 0;
    const watch = setInterval(() => {
      memory = Math.max(memory, residentMemory(child.pid ?? 0));
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

/** @param {string} folder */
function results(folder) {
  return (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      try {
        return [readJson(join(folder, name, "result.json"))];
      } catch {
        return []; // not graded yet
      }
    });
}

/** @param {unknown} source */
function textOf(source) {
  return Array.isArray(source) ? source.join("") : String(source);
}

/** The exercise in a cell's first line. @param {any} cell */
function exerciseIn({ source }) {
  const [, name, points] = /^\/\/ exercise: ([a-z0-9-]+), ([0-9.]+) points?/.exec(textOf(source)) ?? [];
  return name === undefined ? undefined : { name, points: Number(points) };
}

const SOLUTION = /[^\S\n]*\/\/ BEGIN SOLUTION[^]*?\/\/ END SOLUTION[^\n]*/g;

/** An answer that compiles, runs, and is wrong whatever is expected: NaN is equal to nothing. @param {string} solved */
function wrong(solved) {
  return solved.replace(SOLUTION, "return NaN as never;");
}

/**
 * What a student hands in: the notebook that was handed out, with other texts in its exercises.
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
  expect(`${name}: it is released`, code === 0);
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
    expect(`${name}: ${student} earns ${deserved} of ${most}`, isRight, `got ${result?.score}`);
    expect(
      `${name}: ${student} runs to its end in one kernel`,
      result?.kernels === 1,
      `${result?.kernels} kernels`,
    );
  }
}

const CLASS = 60;
const HOSTILE = 20;
const MOST_MEMORY = 1024;
const LIMITS = ["--jobs", "2", "--cell-timeout", "10", "--memory", "1500"];

/** Those that reach for the machine come first: they are in the class. */
const hostile = Object.entries({
  ...BOMBS,
  packed: PACKED,
  ...Object.fromEntries(Object.entries(CHEATS).reverse()),
});

/** @param {Map<string, { text: string, honest: number }>} everybody @param {any[]} graded */
function expectPoints(everybody, graded) {
  for (const [name, { honest: deserved }] of everybody) {
    const got = graded.find(({ student }) => student === name)?.score;
    const isHostile = name.startsWith("hostile");
    const isRight = isHostile ? got <= deserved : Math.abs(got - deserved) < 1e-9;
    expect(`${name} earns ${isHostile ? "at most " : ""}${deserved}`, isRight, `got ${got}`);
  }
}

/** Writes a folder of submissions and the manifest they are graded by. @param {string} name @param {Map<string, { text: string }>} everybody */
async function writeClass(name, everybody) {
  const folder = join(work, name);
  mkdirSync(folder);
  for (const [student, { text }] of everybody) writeFileSync(join(folder, `${student}.ipynb`), text);
  writeFileSync(join(work, "tiny.ipynb"), MASTER);
  await latent(["release", join(work, "tiny.ipynb"), "--out", join(work, "tiny")]);
  const out = join(work, `${name}-out`);
  mkdirSync(out);
  const manifest = join(work, "tiny", "manifests", "tiny.json");
  return { out, args: ["grade", folder, "--assignment", manifest, "--out", out, ...LIMITS] };
}

async function wholeClass() {
  /** @type {Map<string, { text: string, honest: number }>} */
  const everybody = new Map();
  const honest = Object.entries(HONEST);
  for (const [name, submission] of hostile.slice(0, HOSTILE)) everybody.set(`hostile-${name}`, submission);
  for (let i = 0; everybody.size < CLASS; i++) {
    const [name, submission] = honest[i % honest.length] ?? ["", { text: "", honest: 0 }];
    everybody.set(`student-${i}-${name}`, { ...submission, text: `${submission.text}${" ".repeat(i)}` });
  }
  const { out, args } = await writeClass("class", everybody);
  const started = performance.now();
  const first = await latent(args, () => results(out).length >= CLASS / 2);
  const before = results(out);
  console.log(`killed with ${before.length} of ${CLASS} graded; continuing`);
  const second = await latent(args);
  const after = results(out);
  const minutes = (performance.now() - started) / 60_000;
  const memory = Math.max(first.memory, second.memory);
  console.log(`${CLASS} submissions in ${minutes.toFixed(1)} min; the grader held ${memory.toFixed(0)} MiB`);
  expect("a killed run continues to the end", second.code === 0 && before.length < CLASS);
  expect("no result is lost", after.length === CLASS, `${after.length} results`);
  const kept = before.filter(
    (old) => JSON.stringify(after.find(({ student }) => student === old.student)) === JSON.stringify(old),
  );
  expect("what was graded before is not graded again", kept.length === before.length);
  expectPoints(everybody, after);
  expect(`the grader stays under ${MOST_MEMORY} MiB`, memory < MOST_MEMORY, `${memory.toFixed(0)} MiB`);
}

/** The cheats that had no place in the class. */
async function otherCheats() {
  const everybody = new Map(
    hostile.slice(HOSTILE).map(([name, submission]) => [`hostile-${name}`, submission]),
  );
  const { out, args } = await writeClass("cheats", everybody);
  await latent(args);
  expectPoints(everybody, results(out));
}

const wanted = process.argv.slice(2);
const notebooks = readdirSync(join(root, "notebooks")).filter((file) => file.endsWith(".ipynb"));
const parts = ["class", "cheats", ...notebooks];
const unknown = wanted.find((part) => !parts.includes(part));
if (unknown !== undefined) {
  console.error(`test:homework: there is no part ${unknown}; the parts are ${parts.join(", ")}`);
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
