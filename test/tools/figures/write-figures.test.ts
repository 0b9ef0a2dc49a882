import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeFigures } from "../../../tools/figures/write-figures";
import type { Notebook } from "../../../tools/notebook/document";
import type { Json } from "../../../tools/notebook/json";

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "latent-figures-"));
});
afterAll(() => {
  rmSync(out, { recursive: true });
});

const png = Buffer.from("pixels").toString("base64");

function notebook(...latent: Json[]): Notebook {
  return {
    metadata: {},
    cells: latent.map((one, i) => ({
      id: String(i),
      cell_type: "code",
      metadata: {},
      source: "",
      execution_count: i + 1,
      outputs: [
        {
          output_type: "display_data",
          data: { "image/png": png, "text/plain": "a picture" },
          metadata: { latent: one },
        },
      ],
    })),
  };
}

test("writes a folder per notebook and the page, with sections only for notebooks with figures", async () => {
  const counts = await writeFigures(
    [
      { path: "some/01-a.ipynb", notebook: notebook({ name: "one" }, { name: "two", slide: "S" }) },
      { path: "02-b.ipynb", notebook: notebook({ name: "one" }) },
      { path: "03-c.ipynb", notebook: notebook({}) },
    ],
    out,
  );
  expect(counts).toEqual([2, 1, 0]);
  expect(readdirSync(out).sort()).toEqual(["01-a", "02-b", "index.html"]);
  expect(readdirSync(join(out, "01-a"))).toEqual(["one.png", "two.png"]);
  const page = readFileSync(join(out, "index.html"), "utf8");
  for (const part of ['src="01-a/one.png" alt="a picture"', 'src="02-b/one.png"', "slide “S”"])
    expect(page).toContain(part);
  expect(page).not.toContain("03-c");
});

test("names a notebook whose figures cannot be written", async () => {
  const twice = notebook({ name: "one" }, { name: "one" });
  await expect(writeFigures([{ path: "01-a.ipynb", notebook: twice }], out)).rejects.toThrow(
    '01-a.ipynb: two figures are named "one"',
  );
});
