import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CellProblem, findRegions, replaceRegions } from "../../../tools/homework/markers";

function problemOf(source: string): { line: number; message: string } {
  try {
    findRegions(source);
  } catch (error) {
    if (error instanceof CellProblem) return { line: error.line, message: error.message };
  }
  throw new Error("no problem was found");
}

const BEGIN = "// BEGIN SOLUTION";
const END = "// END SOLUTION";

describe("findRegions", () => {
  test("tells a marker without its partner, nested or almost one by its line", () => {
    expect(problemOf(`a\n${BEGIN}\nb`)).toEqual({
      line: 2,
      message: "// BEGIN SOLUTION has no // END SOLUTION; add it where that part ends",
    });
    expect(problemOf(`a\n${END}`)).toEqual({
      line: 2,
      message: "// END SOLUTION has no // BEGIN SOLUTION before it; add it, or remove this",
    });
    expect(problemOf(`${BEGIN}\n${BEGIN}\n${END}\n${END}`)).toEqual({
      line: 2,
      message: "// BEGIN SOLUTION stands inside of what line 1 begins; put // END SOLUTION before it",
    });
    expect(problemOf(`${BEGIN}\n// END HIDDEN TESTS`).line).toBe(2);
  });

  test.each(["//BEGIN SOLUTION", "# begin solution", "x(); // BEGIN SOLUTION", "<!-- BEGIN MARK SCHEME -->"])(
    "refuses %s, which would hand the solution out",
    (text) => {
      expect(problemOf(`a\n${text}\nb`)).toMatchObject({
        line: 2,
        message: `"${text}" is almost a marker; write it alone on its line, as in // BEGIN SOLUTION`,
      });
    },
  );
});

const words = fc.array(fc.constantFrom("const a = 1;", "", "  return a;", "// a remark"), { maxLength: 4 });

describe("replaceRegions", () => {
  test("keeps every line outside of the regions, in order, and none inside", () => {
    const part = fc.record({ before: words, secret: fc.nat({ max: 3 }), indent: fc.constantFrom("", "  ") });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), words, (parts, after) => {
        const lines = (mark: boolean) => [
          ...parts.flatMap(({ before, secret, indent }) => [
            ...before,
            ...(mark
              ? [indent + BEGIN, ...Array<string>(secret).fill("the secret"), indent + END]
              : [`${indent}stub`]),
          ]),
          ...after,
        ];
        const source = lines(true).join("\n");
        expect(replaceRegions(source, findRegions(source), ["stub"])).toBe(lines(false).join("\n"));
      }),
    );
  });

  test("never lets a secret out of a soup of markers that is accepted", () => {
    const line = fc.constantFrom(
      BEGIN,
      END,
      "// BEGIN HIDDEN TESTS",
      "// END HIDDEN TESTS",
      "//END SOLUTION",
      "x",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (soup) => {
        let depth = 0; // a secret stands on each line that some BEGIN opens
        const source = soup
          .flatMap((text) => {
            depth += text.startsWith("// BEGIN") ? 1 : text.startsWith("// END") ? -1 : 0;
            return depth > 0 ? [text, "the secret"] : [text];
          })
          .join("\n");
        let regions: ReturnType<typeof findRegions>;
        try {
          regions = findRegions(source);
        } catch (error) {
          expect(error).toBeInstanceOf(CellProblem);
          return;
        }
        const kept = replaceRegions(source, regions, []);
        expect(kept).not.toContain("the secret");
        expect(kept).not.toMatch(/BEGIN|END/);
      }),
    );
  });
});
