import { expect, test } from "vitest";
import { headingOf } from "../../../tools/figures/headings";
import { indexPage, type IndexSection } from "../../../tools/figures/index-page";
import type { Notebook } from "../../../tools/notebook/document";

function markdown(source: string): Notebook {
  return {
    metadata: {},
    cells: [{ id: "a", cell_type: "markdown", metadata: {}, source }],
  };
}

test("reads title, segment and slides from the first Markdown cell", () => {
  const top =
    "# 5 · The VAE\n\n*Lecture, part 4: slides “The VAE” and “Using the VAE.”*\n\nText *Lecture* “no slide”.";
  expect(headingOf(markdown(top), "05")).toEqual({
    title: "5 · The VAE",
    segment: "Lecture, part 4",
    slides: ["The VAE", "Using the VAE"],
  });
  expect(headingOf(markdown("# Title\n\n*Lecture, parts 1 and 2.*"), "x")).toEqual({
    title: "Title",
    segment: "Lecture, parts 1 and 2",
    slides: [],
  });
  expect(headingOf(markdown("Only words, no heading"), "name")).toEqual({ title: "name", slides: [] });
  expect(headingOf({ metadata: {}, cells: [] }, "name")).toEqual({ title: "name", slides: [] });
});

const section: IndexSection = {
  title: "KL & friends",
  segment: "Lecture, part 2",
  slides: ["A <slide>"],
  notebook: "03-kl",
  figures: [
    { name: "curve", alt: "KL < 1", files: { png: "03-kl/curve.png", svg: "03-kl/curve.svg" } },
    { name: "own", alt: "own", slide: "Its own slide", files: { png: "03-kl/own.png" } },
  ],
};

test("shows each figure with its files, its description and its slide or those of the notebook", () => {
  const page = indexPage([section]);
  expect(page).toContain('<h2 id="03-kl">KL &amp; friends</h2>');
  expect(page).toContain("Lecture, part 2 · slides “A &lt;slide&gt;” · 03-kl.ipynb");
  expect(page).toContain('<img loading="lazy" src="03-kl/curve.png" alt="KL &lt; 1">');
  expect(page).toContain('<a href="03-kl/curve.svg">SVG</a>');
  expect(page).toContain("for the slide “A &lt;slide&gt;”");
  expect(page).toContain("reproduces the slide “Its own slide”");
  expect(page).toContain("2 figures, each as PNG");
});

test("omits slides if none are named", () => {
  const { title, notebook, figures } = section;
  const page = indexPage([{ title, notebook, figures: figures.slice(0, 1), slides: [] }]);
  expect(page).not.toContain('class="slide"');
  expect(page).toContain('<p class="slides">03-kl.ipynb</p>');
});
