import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReleaseError, findRegions, replaceRegions } from "../../../tools/homework/markers";

function problemOf(source: string): { line: number; message: string } {
  try {
    findRegions(source);
  } catch (error) {
    if (error instanceof ReleaseError) return { line: error.line, message: error.message };
  }
  throw new Error("no problem was found");
}

const BEGIN = "// BEGIN SOLUTION";
const END = "// END SOLUTION";

describe("findRegions", () => {
  test("reports an unmatched or nested marker with its line", () => {
    expect(problemOf(`a\n${BEGIN}\nb`)).toEqual({
      line: 2,
      message: "// BEGIN SOLUTION has no matching // END SOLUTION; add it at the end of the region",
    });
    expect(problemOf(`a\n${END}`)).toEqual({
      line: 2,
      message: "// END SOLUTION has no matching // BEGIN SOLUTION; add that, or remove this line",
    });
    expect(problemOf(`${BEGIN}\n${BEGIN}\n${END}\n${END}`)).toEqual({
      line: 2,
      message: "// BEGIN SOLUTION is inside the region that begins in line 1; add // END SOLUTION before it",
    });
    expect(problemOf(`${BEGIN}\n// END HIDDEN TESTS`).line).toBe(2);
  });

  test.each(["//BEGIN SOLUTION", "# begin solution", "x(); // BEGIN SOLUTION", "<!-- BEGIN MARK SCHEME -->"])(
    "rejects %s, which would release the solution",
    (text) => {
      expect(problemOf(`a\n${text}\nb`)).toMatchObject({
        line: 2,
        message: `"${text}" is not exactly a marker; write it as // BEGIN SOLUTION, alone on its line`,
      });
    },
  );
});

const words = fc.array(fc.constantFrom("const a = 1;", "", "  return a;", "// a remark"), { maxLength: 4 });

describe("replaceRegions", () => {
  test("keeps exactly the lines outside the regions, in order", () => {
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

  test("releases no line of a region, for random sequences of markers", () => {
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
        let depth = 0; // a secret follows each line inside a region
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
          expect(error).toBeInstanceOf(ReleaseError);
          return;
        }
        const kept = replaceRegions(source, regions, []);
        expect(kept).not.toContain("the secret");
        expect(kept).not.toMatch(/BEGIN|END/);
      }),
    );
  });
});
