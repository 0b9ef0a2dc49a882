import { VEGA_LITE, type Renderer } from "../notebook/named-figures";
import { escapeHtml } from "../common/escape-html";
import type { Bundle } from "../notebook/document";
import type { Change } from "./compare/change";
import { describeDistance } from "./describe-finding";
import { normalizeText } from "./compare/normalize";
import type { Finding, Shown } from "./compare-outputs";

/** The outputs of one notebook that differ. */
export interface NotebookFindings {
  readonly path: string;
  readonly findings: readonly Finding[];
}

const STYLE = `
body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #262626; margin: 2em auto; max-width: 1500px; padding: 0 1em; }
h1 { font-size: 1.4em } h2 { font-size: 1.15em; margin-top: 2.5em; border-top: 1px solid #bbb; padding-top: 1em }
h3 { font-size: 1em; margin-top: 2em }
table { border-collapse: collapse; font-size: 0.85em } th, td { border: 1px solid #ddd; padding: 0.3em 0.6em; text-align: left; vertical-align: top }
td { white-space: pre-wrap; overflow-wrap: anywhere }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1em; margin-top: 1em } figure { margin: 0; min-width: 0 }
figcaption { font-weight: bold; font-size: 0.85em } img { max-width: 100%; border: 1px solid #ddd }
pre { background: #f6f6f6; padding: 0.6em; overflow: auto; font-size: 0.8em; margin: 0 } mark { background: #ffd9a8 }
`;

const picture = (png: Buffer | string, alt: string): string => {
  const data = typeof png === "string" ? png : png.toString("base64");
  return `<img alt="${escapeHtml(alt)}" src="data:image/png;base64,${data.replace(/\s/g, "")}">`;
};

const drawn = async (bundle: Bundle, alt: string, { renderPng }: Renderer): Promise<string> => {
  const { "image/png": png, "text/plain": text } = bundle;
  if (VEGA_LITE in bundle) {
    try {
      return picture(await renderPng(bundle[VEGA_LITE], 1), alt);
    } catch (error) {
      return `<p>It cannot be drawn: ${escapeHtml((error as Error).message)}</p>`;
    }
  }
  if (typeof png === "string") return picture(png, alt);
  return `<pre>${escapeHtml(normalizeText(typeof text === "string" ? text : JSON.stringify(bundle, undefined, 1)))}</pre>`;
};

/** A text whose lines that the other does not have are marked. */
const printed = (text: string, other: string): string => {
  const known = new Set(normalizeText(other).split("\n"));
  const lines = normalizeText(text)
    .split("\n")
    .map((line) => (known.has(line) ? escapeHtml(line) : `<mark>${escapeHtml(line)}</mark>`));
  return `<pre>${lines.join("\n")}</pre>`;
};

const side = async (
  caption: string,
  shown: Shown | undefined,
  other: Shown | undefined,
  renderer: Renderer,
): Promise<string> => {
  const body =
    shown === undefined
      ? "<p>nothing</p>"
      : "text" in shown
        ? printed(shown.text, other && "text" in other ? other.text : "")
        : await drawn(shown.bundle, caption, renderer);
  return `<figure><figcaption>${caption}</figcaption>${body}</figure>`;
};

const changeRow = (change: Change): string =>
  `<tr>${[change.where, change.expected, change.got, describeDistance(change)]
    .map((text) => `<td>${escapeHtml(text)}</td>`)
    .join("")}</tr>`;

const section = async (finding: Finding, renderer: Renderer): Promise<string> => {
  const { cell, output, changes, expected, got } = finding;
  return [
    `<h3>Cell [${cell}], ${escapeHtml(output)}</h3>`,
    "<table><tr><th>where</th><th>expected</th><th>got</th><th>how far</th></tr>",
    ...changes.map(changeRow),
    '</table><div class="pair">',
    await side("as committed", expected, got, renderer),
    await side("as it comes out now", got, expected, renderer),
    "</div>",
  ].join("\n");
};

/** The report as one HTML page that needs no other file: each output that differs, the old beside the new. */
export const reportPage = async (
  notebooks: readonly NotebookFindings[],
  renderer: Renderer,
): Promise<string> => {
  const parts: string[] = [];
  for (const { path, findings } of notebooks) {
    parts.push(`<h2>${escapeHtml(path)}</h2>`);
    for (const finding of findings) parts.push(await section(finding, renderer));
  }
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>What a rerun changed</title>',
    `<style>${STYLE}</style></head><body><h1>What a rerun changed</h1>`,
    ...parts,
    "</body></html>\n",
  ].join("\n");
};
