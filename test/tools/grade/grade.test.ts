import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { whyNoBubblewrap } from "../../../tools/grade/sandbox/bubblewrap";
import { DEFAULT_IMAGE } from "../../../tools/grade/sandbox/container";
import { gradeAll } from "../../../tools/grade/grade";
import { DEFAULT_LIMITS } from "../../../tools/grade/sandbox/limits";
import { chooseIsolation } from "../../../tools/grade/sandbox/choose-isolation";
import { loadClass, newFolder, submission, tinyAssignment } from "./support";

const why = whyNoBubblewrap();
const title = why === undefined ? "in the sandbox" : `skipped: ${why}`;

describe.skipIf(why !== undefined)(`latent grade, ${title}`, { timeout: 240_000 }, () => {
  test("gives the points that are deserved, keeps them, and lets nobody see hidden tests", async () => {
    const { BOMBS, CHEATS, GOSSIP, HONEST, MASTER, PACKED } = await loadClass();
    const out = newFolder();
    const said: string[] = [];
    const options = {
      out,
      jobs: 2,
      isolation: chooseIsolation("bwrap", DEFAULT_IMAGE),
      limits: { ...DEFAULT_LIMITS, cell: 20, output: 2 ** 22 },
      say: (line: string) => void said.push(line),
      renderSvg: () => Promise.resolve("<svg></svg>"),
    };
    const submissions = [
      submission("half", HONEST.half.text),
      submission("packed", PACKED.text),
      submission("output", BOMBS.output.text),
      submission("broken", CHEATS["not-a-notebook"].text),
      submission("gossip", GOSSIP.text),
    ];
    const assignment = tinyAssignment(MASTER);
    const results = await gradeAll(submissions, assignment, options);
    const scores = results.map(({ student, status, score }) => [student, status, score]);
    expect(scores).toEqual([
      ["half", "graded", 4],
      ["packed", "graded", 0],
      ["output", "graded", 3],
      ["broken", "unreadable", 0],
      ["gossip", "graded", 2],
    ]);
    const csv = readFileSync(join(out, "grades.csv"), "utf8").split("\n");
    expect(csv[0]).toContain("assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score");
    expect(csv[1]).toBe("tiny,,,half,,,,4,0,4,5");
    expect(readFileSync(join(out, "summary.md"), "utf8")).toContain("5 submissions, 4 graded");
    const feedback = readFileSync(join(out, "half", "feedback.html"), "utf8");
    expect(feedback).toContain("half: 4.00 of 5 points");
    expect(feedback).not.toMatch(/seventeen|17|34/);
    expect(readFileSync(join(out, "gossip", "executed.ipynb"), "utf8")).toContain("asked for 17");
    expect(readFileSync(join(out, "gossip", "feedback.html"), "utf8")).not.toMatch(/seventeen|for 17|34/);

    const before = results.map(({ student }) => readFileSync(join(out, student, "result.json"), "utf8"));
    const again = await gradeAll(submissions, assignment, options);
    expect(again).toEqual(results);
    expect(before).toEqual(
      results.map(({ student }) => readFileSync(join(out, student, "result.json"), "utf8")),
    );
    expect(said.filter((line) => line.includes("own solutions"))).toHaveLength(1);
  });
});

function plain() {
  return {
    out: newFolder(),
    jobs: 1,
    isolation: chooseIsolation("none", DEFAULT_IMAGE),
    limits: DEFAULT_LIMITS,
    say: () => undefined,
    renderSvg: () => Promise.resolve("<svg></svg>"),
  };
}

describe("latent grade without a sandbox", { timeout: 240_000 }, () => {
  test.skipIf(process.platform !== "linux")("grades all the same", async () => {
    const { HONEST, MASTER } = await loadClass();
    const [half] = await gradeAll([submission("half", HONEST.half.text)], tinyAssignment(MASTER), plain());
    expect(half).toMatchObject({ status: "graded", score: 4 });
  });

  test.skipIf(process.platform !== "linux")("refuses an assignment whose own solution is wrong", async () => {
    const { HONEST, MASTER } = await loadClass();
    const wrong = tinyAssignment(MASTER.replace("return 2 * x;", "return 4;"));
    const graded = gradeAll([submission("half", HONEST.half.text)], wrong, plain());
    await expect(graded).rejects.toThrow(
      "latent grade: the solution of exercise double does not pass its own checks: of seventeen: got 4",
    );
  });
});
