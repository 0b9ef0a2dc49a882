import { beforeAll, describe, expect, test } from "vitest";
import type { Assignment } from "../../../../tools/grade/assignment/assignment";
import { toFeedback } from "../../../../tools/grade/report/feedback";
import type { Answer } from "../../../../tools/grade/assignment/match-cells";
import type { Result } from "../../../../tools/grade/marking/result";
import type { Notebook, Output } from "../../../../tools/notebook/document";
import { loadClass, tinyAssignment } from "../support";

const EVIL = `</pre><script>alert(1)</script><img src=x onerror="alert(2)"><svg onload='alert(3)'>`;
const PNG = "iVBORw0KGgo=";

let assignment: Assignment;
beforeAll(async () => {
  assignment = tinyAssignment((await loadClass()).MASTER);
});

function shows(data: Record<string, unknown>): Output {
  return {
    output_type: "display_data",
    data,
    metadata: {},
  };
}

/** The page for a student who answered `answer`, and whose first cell put out `outputs`. */
function page(answer: string, outputs: readonly Output[], result: Partial<Result> = {}): string {
  const executed: Notebook = {
    ...assignment.notebook,
    cells: assignment.cells.map(({ cell }, i) => ({ ...cell, outputs: i === 0 ? outputs : [] })),
  };
  const answers = new Map<string, Answer>([["double", { state: "answered", source: answer }]]);
  const whole: Result = {
    student: "ann",
    folder: "ann",
    assignment: "tiny",
    key: "",
    status: "graded",
    score: 0,
    maxScore: 5,
    exercises: [],
    seconds: 0,
    peakMemory: 0,
    kernels: 1,
    ...result,
  };
  return toFeedback(whole, assignment, executed, answers);
}

/** The page's own elements: what is left without the text between them. */
function elements(html: string): string[] {
  return html.match(/<[a-z!/][^>]*>/gi) ?? [];
}

function expectHarmless(html: string): void {
  for (const element of elements(html)) {
    expect(element).not.toMatch(/^<\/?(?:script|svg|iframe|object|embed|form|link|base|a)\b/i);
    expect(element.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/\son\w+\s*=/i);
    expect(element).not.toMatch(/\b(?:src|href)="(?!data:image\/png;base64,[A-Za-z0-9+/=]*")/i);
  }
  expect(html).toContain(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`);
}

describe("toFeedback", () => {
  test("escapes all outputs, and includes only PNG pictures", () => {
    const html = page("0", [
      { output_type: "stream", name: "stdout", text: `\u001b[31m${EVIL}` },
      { output_type: "error", ename: EVIL, evalue: EVIL, traceback: [EVIL] },
      shows({ "text/html": EVIL, "text/plain": "a table" }),
      shows({ "image/svg+xml": EVIL, "text/markdown": EVIL, "application/javascript": "alert(4)" }),
      shows({ "text/plain": EVIL }),
      shows({ "image/png": `"><script>alert(5)</script>`, "text/plain": "no picture" }),
      shows({ "image/png": PNG, "text/plain": `" onload="alert(6)` }),
    ]);
    expectHarmless(html);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).not.toContain("\u001b");
    expect(html).not.toMatch(/alert\([45]\)/);
    expect(html).toContain(`src="data:image/png;base64,${PNG}"`);
  });

  test("escapes answers, names and messages", () => {
    const html = page(`/* ${EVIL} */`, [], {
      student: EVIL,
      problem: EVIL,
      note: EVIL,
      exercises: [
        {
          name: EVIL,
          points: 1,
          score: 0,
          state: "answered",
          checks: [{ name: EVIL, passed: false, problem: EVIL, hint: EVIL, hidden: false }],
          failure: EVIL,
          note: EVIL,
        },
      ],
    });
    expectHarmless(html);
    expect(html).toContain("/* &lt;/pre&gt;&lt;script&gt;");
  });

  test("reveals nothing about a hidden test except whether it passed", () => {
    const check = { name: "of seventeen", passed: false, problem: "got 17", hint: "34", hidden: true };
    const exercise = { name: "double", points: 2, score: 0, state: "answered", checks: [check] } as const;
    const html = page("0", [], { exercises: [{ ...exercise, failure: "asked for 17", isSecret: true }] });
    expect(html).toContain("✗ a hidden test</li>");
    expect(html).toContain("The hidden tests stopped with an error.");
    expect(html).not.toMatch(/seventeen|17|34/);
  });

  test("shows of a visible check what was got and expected, and its hint", () => {
    const check = {
      name: "of two",
      passed: false,
      problem: "17",
      feedback: "got 5, expected 4",
      hint: "two twos",
    };
    const exercise = { name: "double", points: 2, score: 0, state: "answered" } as const;
    const html = page("0", [], { exercises: [{ ...exercise, checks: [{ ...check, hidden: false }] }] });
    expect(html).toContain("✗ of two: got 5, expected 4; hint: two twos</li>");
    expect(html).not.toContain("17");
  });

  test("truncates long outputs", () => {
    const html = page("0", [{ output_type: "stream", name: "stdout", text: "x".repeat(1e6) }]);
    expect(html.length).toBeLessThan(60_000);
  });
});
