import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createScratchFolder, type ScratchFolder } from "../../../tools/common/scratch-folder";
import type { Notebook } from "../../../tools/notebook/document";

const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
const reason =
  browserPath === undefined
    ? " (skipped: no Chromium is installed)"
    : existsSync(".venv/bin/python")
      ? ""
      : " (skipped: no JupyterLab; run the set-up)";

/** Flags that keep Chromium off the network and allow root to start it. */
const flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
  .concat(" --disable-background-networking --disable-component-update")
  .split(" ");

/** A program that serves a folder. */
function serve(folder: string): string {
  return `
  import { serveLab } from ${JSON.stringify(resolve("tools/setup/lab/lab.mjs"))};
  process.exitCode = await serveLab({ browser: false, port: undefined, folder: ${JSON.stringify(folder)} });`;
}

/** Milliseconds for the lab to start and for a notebook to run in smoke mode, on a busy machine. */
const LIMIT = 300_000;

/** Milliseconds for the lab to attach the cells that scrolling has brought into view. */
const SETTLE = 500;

const VEGA_LITE = "application/vnd.vegalite.v5+json";

/** The folder for screenshots. */
const shots = process.env["LATENT_SCREENSHOTS"];

function read(file: string): Notebook {
  return JSON.parse(readFileSync(file, "utf8")) as Notebook;
}

/** The notebook as the lab saved it; undefined while the lab is still writing the file. */
function saved(file: string): Notebook | undefined {
  try {
    return read(file);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

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

/** Starts the lab as `npm start` does, in smoke mode, on a folder; the URL contains its token. */
async function startLab(folder: string): Promise<{ lab: ChildProcess; address: URL }> {
  const lab = spawn(process.execPath, ["--input-type=module", "-e", serve(folder)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, LATENT_SMOKE: "1" },
  });
  const address = await new Promise<URL>((found, failed) => {
    let printed = "";
    lab.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /http:\/\/\S+/.exec(printed)?.[0];
      if (url !== undefined) found(new URL(url));
    });
    lab.on("close", () => failed(new Error(`the lab ended early: ${printed}`)));
  });
  return { lab, address };
}

/** Chooses Run → Run All Cells, and saves until the last code cell has run. */
async function runAll(page: Page, file: string): Promise<Notebook> {
  await page.locator(".jp-Notebook").waitFor({ timeout: LIMIT });
  // The status bar shows when the kernel is ready; cells that are run earlier are silently dropped.
  await page.getByText("TypeScript (latent) | Idle").waitFor({ timeout: LIMIT });
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByText("Run All Cells", { exact: true }).click();
  for (const begun = Date.now(); Date.now() - begun < LIMIT;) {
    await page.waitForTimeout(2000);
    await page.keyboard.press("Control+s");
    const notebook = saved(file);
    if (notebook === undefined) continue;
    const code = notebook.cells.filter((cell) => cell.cell_type === "code");
    const failed = code.some((cell) => cell.outputs?.some((output) => output.output_type === "error"));
    if (failed || code.every((cell) => cell.execution_count !== null)) return notebook;
  }
  throw new Error(`${file} did not run to its end within ${LIMIT / 1000} s`);
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
  let scratch: ScratchFolder;
  let browser: Browser;
  let lab: ChildProcess;
  let address: URL;

  beforeAll(async () => {
    scratch = createScratchFolder();
    ({ lab, address } = await startLab(scratch.path));
    browser = await chromium.launch({ executablePath: browserPath ?? "", args: flags });
  }, LIMIT);

  afterAll(async () => {
    await browser.close();
    const ended = new Promise((done) => lab.on("close", done));
    lab.kill("SIGINT");
    await ended;
    scratch.remove();
  }, LIMIT);

  const names = reason === "" ? readdirSync("notebooks").filter((name) => name.endsWith(".ipynb")) : [];
  test.each(names)(
    "runs %s from top to bottom, and draws its charts",
    async (name) => {
      const file = blankCopy(name, scratch.path);
      const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
      // a separate workspace; otherwise the lab would also open the notebooks of other tests
      const workspace = name.slice(0, name.indexOf("-"));
      const at = new URL(`/lab/workspaces/${workspace}/tree/${name}`, address);
      at.search = address.search; // the token
      await page.goto(at.href);
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
