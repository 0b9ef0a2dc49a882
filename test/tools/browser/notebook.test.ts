import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Notebook } from "../../../tools/notebook/document";
import { LIMIT, read, reason, runAll, shots, startLabInBrowser, type LabInBrowser } from "./lab";

/** Milliseconds for the lab to attach the cells that scrolling has brought into view. */
const SETTLE = 500;

const VEGA_LITE = "application/vnd.vegalite.v5+json";

/** Copies a notebook without its outputs to a folder. */
function blankCopy(name: string, folder: string): string {
  const notebook = read(join("notebooks", name));
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
  );
  const copy = join(folder, name);
  writeFileSync(copy, JSON.stringify({ ...notebook, cells }));
  return copy;
}

/** The numbers of the cells that write to stderr. */
function cellsThatWarn({ cells }: Notebook): number[] {
  return cells.flatMap(({ outputs = [] }, index) =>
    outputs.some((output) => output.output_type === "stream" && output.name === "stderr") ? [index] : [],
  );
}

/**
 * Those that do so on purpose, as the committed notebook shows them: notebook 2 asks for too many clusters.
 */
function foreseen(name: string): number[] {
  return cellsThatWarn(read(join("notebooks", name)));
}

/** The numbers of the cells with a Vega-Lite chart. */
function cellsWithFigures({ cells }: Notebook): number[] {
  return cells.flatMap(({ outputs = [] }, index) =>
    outputs.some((output) => "data" in output && VEGA_LITE in output.data) ? [index] : [],
  );
}

/** The numbers of the visible cells whose charts are drawn, evaluated in the page. */
const DRAWN = `Array.from(document.querySelectorAll(".jp-Cell"))
  .filter((cell) => cell.querySelector(".vega-embed canvas, .vega-embed svg"))
  .map((cell) => Number(cell.dataset.windowedListIndex))`;

/** Whether all visible charts are drawn. */
const ALL_DRAWN = `!document.querySelector(".jp-RenderedVegaCommon5:not(:has(canvas, svg))")`;

/** Scrolls the notebook by most of a page, or to its top; returns whether it was at its end. */
function scroll(to: "down" | "top"): string {
  return `(() => {
  const panel = document.querySelector(".jp-Notebook .jp-WindowedPanel-outer");
  const before = panel.scrollTop;
  panel.scrollTop = ${to === "top" ? "0" : "before + 0.8 * panel.clientHeight"};
  return panel.scrollTop === before;
})()`;
}

/**
 * Scrolls from top to bottom, since the lab renders only what is visible, and collects the cells whose
 * charts are drawn.
 */
async function cellsWithDrawnCharts(page: Page, name: string): Promise<number[]> {
  const drawn = new Set<number>();
  await page.evaluate(scroll("top"));
  for (let step = 0, ended = false; !ended; step++) {
    await page.waitForTimeout(SETTLE);
    await page.waitForFunction(ALL_DRAWN, undefined, { timeout: LIMIT });
    for (const index of await page.evaluate<number[]>(DRAWN)) drawn.add(index);
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}-${step}.png`) });
    ended = await page.evaluate<boolean>(scroll("down"));
  }
  return [...drawn].sort((a, b) => a - b);
}

describe.skipIf(reason !== "")(`notebooks in JupyterLab${reason}`, () => {
  let lab: LabInBrowser;

  beforeAll(async () => {
    lab = await startLabInBrowser();
  }, LIMIT);

  afterAll(() => lab.close(), LIMIT);

  const names = reason === "" ? readdirSync("notebooks").filter((name) => name.endsWith(".ipynb")) : [];
  test.each(names)(
    "runs %s from top to bottom, and draws its charts",
    async (name) => {
      const file = blankCopy(name, lab.folder);
      const page = await lab.open(name);
      const notebook = await runAll(page, file);
      const outputs = notebook.cells.flatMap((cell) => cell.outputs ?? []);
      expect(outputs.filter((output) => output.output_type === "error")).toEqual([]);
      const unforeseen = cellsThatWarn(notebook).filter((index) => !foreseen(name).includes(index));
      expect(unforeseen, "cells that write to stderr, and do not in the course").toEqual([]);
      const figures = cellsWithFigures(notebook);
      expect(figures.length).toBeGreaterThan(0);
      expect(await cellsWithDrawnCharts(page, name)).toEqual(figures);
      await page.close();
    },
    LIMIT,
  );
});
