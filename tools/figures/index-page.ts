import { countOf } from "../common/count-of";
import { escapeHtml } from "../common/escape-html";
import type { Heading } from "./headings";

/** One figure on the index page. */
export interface IndexFigure {
  readonly name: string;
  /** A sentence on what it shows. */
  readonly alt: string;
  /** The slide that the figure names. */
  readonly slide?: string;
  /** URLs of its files by extension (`png`, `svg`, `vl.json`), relative to the page. */
  readonly files: Readonly<Record<string, string>>;
}

/** The figures of one notebook. */
export interface IndexSection extends Heading {
  /** The notebook's name. */
  readonly notebook: string;
  readonly figures: readonly IndexFigure[];
}

const STYLE = `
body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #262626; background: #fff;
  margin: 2em auto; max-width: 1300px; padding: 0 1em }
h1 { font-size: 1.5em }
h2 { font-size: 1.2em; margin: 2.5em 0 0; border-top: 1px solid #bbb; padding-top: 1em }
.slides { color: #666; margin: 0.2em 0 1em } nav ul { padding-left: 1.2em } nav span { color: #666 }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(380px, 1fr)); gap: 1.5em }
figure { margin: 0; border: 1px solid #ddd; padding: 0.8em;
  display: flex; flex-direction: column; gap: 0.5em }
figure a.picture { flex: 1; display: flex; align-items: center; justify-content: center }
img { max-width: 100%; max-height: 340px }
figcaption { font-size: 0.85em }
figcaption b { font-size: 1.1em } figcaption p { margin: 0.2em 0 } .slide { color: #666 }
`;

function link(url: string, text: string): string {
  return `<a href="${escapeHtml(url)}">${text}</a>`;
}

const KINDS: readonly (readonly [extension: string, text: string])[] = [
  ["png", "PNG"],
  ["svg", "SVG"],
  ["vl.json", "Vega-Lite spec"],
];

function card({ name, alt, slide, files }: IndexFigure, slides: readonly string[]): string {
  const png = files["png"] ?? "";
  const links = KINDS.flatMap(([extension, text]) => {
    const url = files[extension];
    return url === undefined ? [] : [link(url, text)];
  });
  const from =
    slide === undefined ? slides.map((one) => `“${one}”`).join(", ") : slide.replace(/^[^“].*$/, "“$&”");
  const several = slides.length === 1 ? "for the slide" : "for the slides";
  const relation = slide === undefined ? several : "reproduces the slide";
  return [
    `<figure id="${escapeHtml(name)}">`,
    `<a class="picture" href="${escapeHtml(png)}">`,
    `<img loading="lazy" src="${escapeHtml(png)}" alt="${escapeHtml(alt)}"></a>`,
    `<figcaption><b>${escapeHtml(name)}</b> · ${links.join(" · ")}<p>${escapeHtml(alt)}</p>`,
    from === "" ? "" : `<p class="slide">${relation} ${escapeHtml(from)}</p>`,
    "</figcaption></figure>",
  ].join("\n");
}

function section({ title, segment, slides, notebook, figures }: IndexSection): string {
  const from = slides.map((slide) => `“${slide}”`).join(", ");
  const lecture = [segment, from === "" ? undefined : `slides ${from}`].filter((part) => part !== undefined);
  return [
    `<h2 id="${escapeHtml(notebook)}">${escapeHtml(title)}</h2>`,
    `<p class="slides">${escapeHtml([...lecture, `${notebook}.ipynb`].join(" · "))}</p>`,
    '<div class="figures">',
    ...figures.map((figure) => card(figure, slides)),
    "</div>",
  ].join("\n");
}

/** The HTML page with all figures, grouped by notebook; it refers to the image files. */
export function indexPage(sections: readonly IndexSection[]): string {
  const count = sections.reduce((sum, { figures }) => sum + figures.length, 0);
  const contents = sections.map(({ title, notebook, figures, segment = "" }) => {
    const details = [segment, countOf(figures.length, "figure")].filter(Boolean).join(", ");
    return `<li>${link(`#${notebook}`, escapeHtml(title))} <span>${escapeHtml(details)}</span></li>`;
  });
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Figures of the course</title>',
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>`,
    `<h1>Figures of the course</h1><p>${countOf(count, "figure")}, each as PNG, SVG and Vega-Lite spec.</p>`,
    `<nav><ul>${contents.join("\n")}</ul></nav>`,
    ...sections.map(section),
    "</body></html>\n",
  ].join("\n");
}
