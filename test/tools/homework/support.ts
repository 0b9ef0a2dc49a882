import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A cell of a generated notebook. */
export interface MadeCell {
  readonly type?: "code" | "markdown";
  readonly source: string;
  readonly metadata?: object;
  readonly attachments?: object;
}

/** Writes a notebook with these cells to a new temporary folder, and returns its path. */
export function writeMaster(cells: readonly MadeCell[], metadata: object = {}): string {
  const path = join(mkdtempSync(join(tmpdir(), "latent-homework-")), "made.ipynb");
  const stored = cells.map(({ type = "code", source, metadata: own = {}, attachments }, index) => ({
    id: `c${index + 1}`,
    cell_type: type,
    source,
    metadata: own,
    ...(attachments ? { attachments } : {}),
    ...(type === "code"
      ? {
          execution_count: index,
          outputs: [{ output_type: "stream", name: "stdout", text: "the secret is 42" }],
        }
      : {}),
  }));
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "latent", display_name: "TypeScript", language: "typescript" },
      ...metadata,
    },
    cells: stored,
  };
  writeFileSync(path, JSON.stringify(notebook));
  return path;
}

/** An exercise, its check, and a notebook with both. */
export const EXERCISE = `// exercise: double, 3 points
const double = (x: number): number => {
  // BEGIN SOLUTION
  return x + x; // secret
  // END SOLUTION
};`;
export const CHECK = `check("Double", () => [
  { name: "two", got: () => double(2), expected: 4 },
  // BEGIN HIDDEN TESTS
  { name: "hidden seven", got: () => double(7), expected: 14 },
  // END HIDDEN TESTS
]);`;
export const MASTER: readonly MadeCell[] = [
  {
    type: "markdown",
    source: "# Doubling\n// BEGIN MARK SCHEME\nsecret scheme\n// END MARK SCHEME\nWrite it.",
  },
  { source: 'import { check } from "latent";', metadata: { note: "secret", tags: ["setup"] } },
  { source: EXERCISE },
  { source: CHECK },
];
