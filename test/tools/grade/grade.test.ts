import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bubblewrapProblem } from "../../../tools/grade/sandbox/bubblewrap";
import { DEFAULT_IMAGE } from "../../../tools/grade/sandbox/container";
import { gradeAll } from "../../../tools/grade/grade";
import { NO_POLICY } from "../../../tools/grade/lateness/late-policy";
import { DEFAULT_LIMITS } from "../../../tools/grade/sandbox/limits";
import { chooseIsolation } from "../../../tools/grade/sandbox/choose-isolation";
import { loadClass, newFolder, submission, tinyAssignment } from "./support";

const skipReason = bubblewrapProblem();
const title = skipReason === undefined ? "in the sandbox" : `in the sandbox (skipped: ${skipReason})`;

describe.skipIf(skipReason !== undefined)(`gradeAll ${title}`, { timeout: 600_000 }, () => {
  test("gives the deserved points, reuses results, and does not reveal hidden tests", async () => {
    const { ADDED, BOMBS, CHEATS, GOSSIP, HONEST, MASTER, PACKED, PACKED_BESIDE } = await loadClass();
    const out = newFolder();
    const logged: string[] = [];
    const options = {
      out,
      jobs: 2,
      isolation: chooseIsolation("bwrap", DEFAULT_IMAGE),
      limits: { ...DEFAULT_LIMITS, cell: 120, output: 2 ** 22 },
      log: (line: string) => void logged.push(line),
      policy: NO_POLICY,
      drawing: { renderSvg: () => Promise.resolve("<svg></svg>"), loadPlot: () => import("latent/plot") },
    };
    const submissions = [
      submission("half", HONEST.half.text),
      submission("packed", PACKED.text),
      submission("output", BOMBS.output.text),
      submission("broken", CHEATS["not-a-notebook"].text),
      submission("gossip", GOSSIP.text),
      submission("packed beside", PACKED_BESIDE.text),
      submission("experiments", ADDED.experiments.text),
      submission("helper below", ADDED["helper-below"].text),
      submission("assigned later", ADDED["assigned-later"].text),
      submission("globals", CHEATS["replaces-globals"].text),
    ];
    const assignment = tinyAssignment(MASTER);
    const results = await gradeAll(submissions, assignment, options);
    const scores = results.map(({ student, status, score }) => [student, status, score]);
    expect(scores).toEqual([
      ["half", "graded", 4],
      ["packed", "graded", 0],
      ["output", "graded", 3],
      ["broken", "unreadable", undefined],
      ["gossip", "graded", 2],
      ["packed beside", "graded", 0],
      ["experiments", "graded", ADDED.experiments.deserved],
      ["helper below", "graded", ADDED["helper-below"].deserved],
      ["assigned later", "graded", ADDED["assigned-later"].deserved],
      ["globals", "graded", 0],
    ]);
    // What breaks its process for later cells is found, and not tried again until the time is up.
    expect(results.at(-1)?.kernels).toBeLessThan(5);
    const csv = readFileSync(join(out, "grades.csv"), "utf8").split("\n");
    expect(csv[0]).toContain("assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score");
    expect(csv[1]).toBe("tiny,,,half,,,,4,0,4,5,graded,");
    expect(csv[4]).toBe(
      "tiny,,,broken,,,,,,,5,unreadable,broken.ipynb is not a notebook: nbformat is missing",
    );
    expect(readFileSync(join(out, "instructor", "summary.md"), "utf8")).toContain("10 submissions, 9 graded");
    const feedback = readFileSync(join(out, "feedback", "half", "feedback.html"), "utf8");
    expect(feedback).toContain("half: 4.00 of 5 points");
    expect(feedback).not.toMatch(/seventeen|17|34/);
    expect(readFileSync(join(out, "instructor", "gossip", "executed.ipynb"), "utf8")).toContain(
      "asked for 17",
    );
    expect(readFileSync(join(out, "feedback", "gossip", "feedback.html"), "utf8")).not.toMatch(
      /seventeen|for 17|34/,
    );

    const before = results.map(({ student }) =>
      readFileSync(join(out, "instructor", student, "result.json"), "utf8"),
    );
    const again = await gradeAll(submissions, assignment, options);
    expect(again).toEqual(results);
    expect(before).toEqual(
      results.map(({ student }) => readFileSync(join(out, "instructor", student, "result.json"), "utf8")),
    );
    expect(logged.filter((line) => line.includes("own solutions"))).toHaveLength(1);
  });
});

function plain() {
  return {
    out: newFolder(),
    jobs: 1,
    isolation: chooseIsolation("none", DEFAULT_IMAGE),
    limits: DEFAULT_LIMITS,
    log: () => undefined,
    policy: NO_POLICY,
    drawing: { renderSvg: () => Promise.resolve("<svg></svg>"), loadPlot: () => import("latent/plot") },
  };
}

describe("gradeAll without a sandbox", { timeout: 600_000 }, () => {
  test.skipIf(process.platform !== "linux")("gives the same points", async () => {
    const { HONEST, MASTER } = await loadClass();
    const [half] = await gradeAll([submission("half", HONEST.half.text)], tinyAssignment(MASTER), plain());
    expect(half).toMatchObject({ status: "graded", score: 4 });
  });

  test.skipIf(process.platform !== "linux")("throws if a solution does not pass its own checks", async () => {
    const { HONEST, MASTER } = await loadClass();
    const wrong = tinyAssignment(MASTER.replace("return 2 * x;", "return 4;"));
    const graded = gradeAll([submission("half", HONEST.half.text)], wrong, plain());
    await expect(graded).rejects.toThrow(
      "latent grade: the solution of exercise double does not pass its own checks: of seventeen: got 4",
    );
  });
});
