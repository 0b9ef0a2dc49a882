import { ESLint } from "eslint";
import { describe, expect, test } from "vitest";
import {
  crowdedFolders,
  fileCircles,
  folderCircles,
  importedModules,
  longFiles,
  MAX_FILES,
  MAX_LINES,
  readSourceFiles,
  REASON,
  type SourceFiles,
} from "./support/architecture";

const rules = {
  "no circular imports between files": fileCircles,
  "no circular imports between folders": folderCircles,
  [`at most ${MAX_FILES} source files directly in a folder`]: crowdedFolders,
  [`no file over ${MAX_LINES} lines whose header lacks the words "${REASON}"`]: longFiles,
} as const;

/** Which rules apply where. */
const roots: Readonly<Record<string, readonly ((files: SourceFiles) => string[])[]>> = {
  lib: [fileCircles, folderCircles, crowdedFolders, longFiles],
  tools: [fileCircles, folderCircles, crowdedFolders, longFiles],
  test: [crowdedFolders],
};

describe.each(Object.entries(roots))("%s/ has", (root, applied) => {
  const named = Object.entries(rules).filter(([, rule]) => applied.includes(rule));
  test.each(named)("%s", (_name, rule) => {
    expect(rule(readSourceFiles(root))).toEqual([]);
  });
});

function filesOf(files: Readonly<Record<string, string>>): SourceFiles {
  return new Map(Object.entries(files));
}

describe("importedModules", () => {
  test("finds imports of values and types, re-exports, dynamic imports and import types", () => {
    const text = [
      'import { a } from "./a";',
      'import type { B } from "./b";',
      'export * from "./c";',
      'const d = await import("./d");',
      'type E = import("./e").E;',
      "const text = 'import { f } from \"./f\"';",
    ].join("\n");
    expect(importedModules("x.ts", text)).toEqual(["./a", "./b", "./c", "./d", "./e"]);
  });

  test("finds the types that JSDoc comments import", () => {
    const text = '/** @param {import("./a.mjs").A} a */\nexport function f(a) {}';
    expect(importedModules("x.mjs", text)).toEqual(["./a.mjs"]);
  });
});

describe("fileCircles", () => {
  test("names a circle once, also one that goes through types only", () => {
    const files = filesOf({
      "lib/a.ts": 'import { b } from "./b";',
      "lib/b.ts": 'import type { C } from "./c/index";',
      "lib/c/index.ts": 'export { a } from "../a";',
      "lib/d.ts": 'import { a } from "./a";',
    });
    expect(fileCircles(files)).toEqual(["lib/a.ts → lib/b.ts → lib/c/index.ts → lib/a.ts"]);
  });

  test("follows a folder's index and a specifier that ends in .js", () => {
    const files = filesOf({ "lib/a.ts": 'import "./c";', "lib/c/index.ts": 'import "../a.js";' });
    expect(fileCircles(files)).toHaveLength(1);
  });

  test("accepts two paths to the same file", () => {
    const files = filesOf({
      "lib/a.ts": 'import "./b"; import "./c";',
      "lib/b.ts": 'import "./c";',
      "lib/c.ts": "",
    });
    expect(fileCircles(files)).toEqual([]);
  });
});

describe("folderCircles", () => {
  test("finds a circle of a folder and a folder within it, without one of files", () => {
    const files = filesOf({
      "lib/a.ts": 'import { b } from "./inside/b";',
      "lib/c.ts": "",
      "lib/inside/b.ts": 'import { c } from "../c";',
    });
    expect(fileCircles(files)).toEqual([]);
    expect(folderCircles(files)).toEqual(["lib → lib/inside → lib"]);
  });
});

describe("crowdedFolders", () => {
  const folder = (count: number): SourceFiles =>
    new Map(Array.from({ length: count }, (_, i) => [`lib/${i}.ts`, ""]));

  test("accepts twelve files and names a folder of thirteen", () => {
    expect(crowdedFolders(folder(MAX_FILES))).toEqual([]);
    expect(crowdedFolders(folder(MAX_FILES + 1))).toEqual(["lib: 13 files"]);
  });

  test("counts only the files directly in the folder", () => {
    expect(crowdedFolders(new Map([...folder(MAX_FILES), ["lib/inside/a.ts", ""]]))).toEqual([]);
  });
});

describe("longFiles", () => {
  const lines = (count: number): string => "const a = 1;\n".repeat(count);

  test("accepts 250 lines and names a file of 251", () => {
    expect(longFiles(filesOf({ "lib/a.ts": lines(MAX_LINES) }))).toEqual([]);
    expect(longFiles(filesOf({ "lib/a.ts": lines(MAX_LINES + 1) }))).toEqual(["lib/a.ts: 251 lines"]);
  });

  test("accepts a longer file with a reason, in its first comment only", () => {
    const reason = `/** ${REASON} the table has one row per operation. */\n`;
    expect(longFiles(filesOf({ "lib/a.ts": reason + lines(MAX_LINES) }))).toEqual([]);
    expect(longFiles(filesOf({ "lib/a.ts": lines(MAX_LINES) + reason }))).toEqual(["lib/a.ts: 251 lines"]);
  });
});

describe("the lint zones", () => {
  // Each text stands in for a file that exists, since the rules with types know no other.
  test.each([
    ["lib/core/optim/sgd.ts", 'export { fit } from "../../train/fit";\n'],
    ["lib/plot/index.ts", 'export { tidy } from "../core/tensor/tree";\n'],
    ["lib/control/lqr/lqr.ts", 'export { jit } from "../../jit";\n'],
    ["tools/common/escape-html.ts", 'export { planRuns } from "../run/plan";\n'],
    ["tools/kernel/source/positions.ts", 'export { startServer } from "../server/server";\n'],
  ])("refuse an import against the direction in %s", async (filePath, text) => {
    const [result] = await new ESLint().lintText(text, { filePath });
    expect(result?.messages.map(({ ruleId }) => ruleId)).toContain("import-x/no-restricted-paths");
  });
});
