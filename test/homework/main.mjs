/**
 * Homework from end to end: every course notebook that has exercises is solved by its own solutions, left untouched and answered wrongly
 * once each; then a class of 60, a third of it hostile, is graded by a run that is killed in its middle and continued.
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
import { BOMBS, CHEATS, HONEST, MASTER } from "./class.mjs";

const root = resolve(import.meta.dirname, "../..");
const work = mkdtempSync(join(tmpdir(), "homework-"));
let passed = 0;
let failed = 0;

/** @param {string} what @param {boolean} isTrue @param {string} [got] */
const expect = (what, isTrue, got = "") => {
  if (isTrue) passed += 1;
  else failed += 1;
  console.log(`${isTrue ? "passed" : "FAILED"}: ${what}${isTrue || got === "" ? "" : ` (${got})`}`);
};

/** @param {number} pid */
const residentMemory = (pid) => {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
};

/** Runs `latent grade`; `until` says when to kill it. @param {string[]} args @param {() => boolean} [until] */
const grade = (args, until = () => false) =>
  new Promise((done) => {
    const child = spawn(process.execPath, [join(root, "tools/bin/latent.mjs"), "grade", ...args], {
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

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** @param {string} folder */
const results = (folder) =>
  (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      try {
        return [readJson(join(folder, name, "result.json"))];
      } catch {
        return []; // not graded yet
      }
    });

const LEFT_OPEN = '// YOUR CODE HERE\nthrow new Error("YOUR CODE HERE");';
const SOLUTION = /[^\S\n]*\/\/ BEGIN SOLUTION[^]*?\/\/ END SOLUTION[^\n]*/g;
/** @param {unknown} source */
const textOf = (source) => (Array.isArray(source) ? source.join("") : String(source));

/** A copy of a notebook whose exercises `which` are answered by `body`. @param {any} notebook @param {(name: string) => boolean} which @param {string} body */
const answered = (notebook, which, body) => ({
  ...notebook,
  cells: notebook.cells.map((/** @type {any} */ cell) => {
    const source = textOf(cell.source);
    const name = /^\/\/ exercise: ([a-z0-9-]+),/.exec(source)?.[1];
    return name !== undefined && which(name) ? { ...cell, source: source.replace(SOLUTION, body) } : cell;
  }),
});

/** @param {string} name */
const courseNotebook = async (name) => {
  const path = join(root, "notebooks", name);
  const master = readJson(path);
  const exercises = master.cells.flatMap((/** @type {any} */ cell) => {
    const [, title, points] = /^\/\/ exercise: ([a-z0-9-]+), (\d+)/.exec(textOf(cell.source)) ?? [];
    return title === undefined ? [] : [{ title, points: Number(points) }];
  });
  if (exercises.length === 0) return;
  const folder = join(work, name);
  mkdirSync(folder);
  const most = exercises.reduce(
    (/** @type {number} */ sum, /** @type {any} */ { points }) => sum + points,
    0,
  );
  const wrong = exercises.find((/** @type {any} */ _, /** @type {number} */ i) => i === exercises.length - 1);
  writeFileSync(join(folder, "solved.ipynb"), JSON.stringify(master));
  writeFileSync(join(folder, "untouched.ipynb"), JSON.stringify(answered(master, () => true, LEFT_OPEN)));
  const broken = answered(master, (title) => title === wrong.title, 'throw new Error("a wrong answer");');
  writeFileSync(join(folder, "one-wrong.ipynb"), JSON.stringify(broken));
  const out = join(work, `${name}-out`);
  await grade([folder, "--assignment", path, "--out", out, "--smoke", "--jobs", "1"]);
  const score = (/** @type {string} */ student) =>
    results(out).find((result) => result.student === student)?.score;
  expect(
    `${name}: its solutions earn ${most} of ${most}`,
    score("solved") === most,
    `got ${score("solved")}`,
  );
  expect(`${name}: untouched earns 0`, score("untouched") === 0, `got ${score("untouched")}`);
  const rest = most - wrong.points;
  expect(
    `${name}: ${wrong.title} wrong earns ${rest}`,
    Math.abs(score("one-wrong") - rest) < 1e-9,
    `got ${score("one-wrong")}`,
  );
};

const CLASS = 60;
const HOSTILE = 20;
const MOST_MEMORY = 1024;

const wholeClass = async () => {
  const folder = join(work, "class");
  mkdirSync(folder);
  writeFileSync(join(work, "tiny.ipynb"), MASTER);
  /** @type {Map<string, { text: string, honest: number }>} */
  const everybody = new Map();
  const hostile = [...Object.entries(BOMBS), ...Object.entries(CHEATS)].slice(0, HOSTILE);
  const honest = Object.entries(HONEST);
  for (const [name, submission] of hostile) everybody.set(`hostile-${name}`, submission);
  for (let i = 0; everybody.size < CLASS; i++) {
    const [name, submission] = honest[i % honest.length] ?? ["", { text: "", honest: 0 }];
    everybody.set(`student-${i}-${name}`, { ...submission, text: `${submission.text}${" ".repeat(i)}` });
  }
  for (const [name, { text }] of everybody) writeFileSync(join(folder, `${name}.ipynb`), text);
  const out = join(work, "class-out");
  const args = [
    folder,
    "--assignment",
    join(work, "tiny.ipynb"),
    "--out",
    out,
    "--jobs",
    "2",
    "--cell-timeout",
    "10",
    "--memory",
    "1500",
  ];
  const started = performance.now();
  mkdirSync(out);
  const first = await grade(args, () => results(out).length >= CLASS / 2);
  const before = results(out);
  console.log(`killed with ${before.length} of ${CLASS} graded; continuing`);
  const second = await grade(args);
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
  for (const [name, { honest: deserved }] of everybody) {
    const got = after.find(({ student }) => student === name)?.score;
    const isHostile = name.startsWith("hostile");
    const isRight = isHostile ? got <= deserved : Math.abs(got - deserved) < 1e-9;
    expect(`${name} earns ${isHostile ? "at most " : ""}${deserved}`, isRight, `got ${got}`);
  }
  expect(`the grader stays under ${MOST_MEMORY} MiB`, memory < MOST_MEMORY, `${memory.toFixed(0)} MiB`);
};

const wanted = process.argv.slice(2);
try {
  if (wanted.length === 0 || wanted.includes("class")) await wholeClass();
  for (const name of readdirSync(join(root, "notebooks")).filter((file) => file.endsWith(".ipynb")))
    if (wanted.length === 0 || wanted.includes(name)) await courseNotebook(name);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
