import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { createScratchFolder, type ScratchFolder } from "../../../tools/common/scratch-folder";
import type { Notebook } from "../../../tools/notebook/document";

const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
export const reason =
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
export const LIMIT = 300_000;

/** The folder for screenshots. */
export const shots = process.env["LATENT_SCREENSHOTS"];

export function read(file: string): Notebook {
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
export async function runAll(page: Page, file: string): Promise<Notebook> {
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

/** A running lab on a scratch folder, and a browser. */
export interface LabInBrowser {
  /** The folder of the lab. */
  readonly folder: string;
  /** Opens a notebook of the folder in a workspace of its own. */
  readonly open: (name: string) => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** Starts the lab and a browser. */
export async function startLabInBrowser(): Promise<LabInBrowser> {
  const scratch: ScratchFolder = createScratchFolder();
  const { lab, address } = await startLab(scratch.path);
  const browser: Browser = await chromium.launch({ executablePath: browserPath ?? "", args: flags });
  return {
    folder: scratch.path,
    open: async (name) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
      // a separate workspace; otherwise the lab would also open the notebooks of other tests
      const workspace = name.replace(/[-.].*/, "");
      const at = new URL(`/lab/workspaces/${workspace}/tree/${name}`, address);
      at.search = address.search; // the token
      await page.goto(at.href);
      return page;
    },
    close: async () => {
      await browser.close();
      const ended = new Promise((done) => lab.on("close", done));
      lab.kill("SIGINT");
      await ended;
      scratch.remove();
    },
  };
}
