import { VEGA_LITE, type Renderer } from "../notebook/named-figures";
import { escapeHtml } from "../common/escape-html";
import type { Bundle } from "../notebook/document";
import type { Change } from "./compare/change";
import { describeDistance } from "./describe-finding";
import { normalizeText } from "./compare/normalize";
import type { Finding, OutputContent } from "./compare-outputs";

/** The outputs of one notebook that differ. */
export interface NotebookFindings {
  readonly path: string;
  readonly findings: readonly Finding[];
}

const STYLE = `
body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #262626;
  margin: 2em auto; max-width: 1500px; padding: 0 1em }
h1 { font-size: 1.4em }
h2 { font-size: 1.15em; margin-top: 2.5em; border-top: 1px solid #bbb; padding-top: 1em }
h3 { font-size: 1em; margin-top: 2em }
table { border-collapse: collapse; font-size: 0.85em }
th, td { border: 1px solid #ddd; padding: 0.3em 0.6em; text-align: left; vertical-align: top }
td { white-space: pre-wrap; overflow-wrap: anywhere }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1em; margin-top: 1em }
figure { margin: 0; min-width: 0 }
figcaption { font-weight: bold; font-size: 0.85em } img { max-width: 100%; border: 1px solid #ddd }
pre { background: #f6f6f6; padding: 0.6em; overflow: auto; font-size: 0.8em; margin: 0 }
mark { background: #ffd9a8 }
`;

function picture(png: Buffer | string, alt: string): string {
  const data = typeof png === "string" ? png : png.toString("base64");
  return `<img alt="${escapeHtml(alt)}" src="data:image/png;base64,${data.replace(/\s/g, "")}">`;
}

async function drawn(bundle: Bundle, alt: string, { renderPng }: Renderer): Promise<string> {
  const { "image/png": png, "text/plain": text } = bundle;
  if (VEGA_LITE in bundle) {
    try {
      return picture(await renderPng(bundle[VEGA_LITE], 1), alt);
    } catch (error) {
      return `<p>This figure cannot be drawn: ${escapeHtml((error as Error).message)}</p>`;
    }
  }
  if (typeof png === "string") return picture(png, alt);
  const plain = typeof text === "string" ? text : JSON.stringify(bundle, undefined, 1);
  return `<pre>${escapeHtml(normalizeText(plain))}</pre>`;
}

/** A text with the lines marked that the other text lacks. */
function printed(text: string, other: string): string {
  const known = new Set(normalizeText(other).split("\n"));
  const lines = normalizeText(text)
    .split("\n")
    .map((line) => (known.has(line) ? escapeHtml(line) : `<mark>${escapeHtml(line)}</mark>`));
  return `<pre>${lines.join("\n")}</pre>`;
}

async function side(
  caption: string,
  content: OutputContent | undefined,
  other: OutputContent | undefined,
  renderer: Renderer,
): Promise<string> {
  const body =
    content === undefined
      ? "<p>nothing</p>"
      : "text" in content
        ? printed(content.text, other && "text" in other ? other.text : "")
        : await drawn(content.bundle, caption, renderer);
  return `<figure><figcaption>${caption}</figcaption>${body}</figure>`;
}

function changeRow(change: Change): string {
  return `<tr>${[change.where, change.expected, change.got, describeDistance(change)]
    .map((text) => `<td>${escapeHtml(text)}</td>`)
    .join("")}</tr>`;
}

async function section(finding: Finding, renderer: Renderer): Promise<string> {
  const { cell, output, changes, expected, got } = finding;
  return [
    `<h3>Cell [${cell}], ${escapeHtml(output)}</h3>`,
    "<table><tr><th>where</th><th>expected</th><th>got</th><th>difference</th></tr>",
    ...changes.map(changeRow),
    '</table><div class="pair">',
    await side("committed", expected, got, renderer),
    await side("rerun", got, expected, renderer),
    "</div>",
  ].join("\n");
}

/** The report as one self-contained HTML page: each differing output, old and new side by side. */
export async function reportPage(
  notebooks: readonly NotebookFindings[],
  renderer: Renderer,
): Promise<string> {
  const parts: string[] = [];
  for (const { path, findings } of notebooks) {
    parts.push(`<h2>${escapeHtml(path)}</h2>`);
    for (const finding of findings) parts.push(await section(finding, renderer));
  }
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Changes by the rerun</title>',
    `<style>${STYLE}</style></head><body><h1>Changes by the rerun</h1>`,
    ...parts,
    "</body></html>\n",
  ].join("\n");
}
