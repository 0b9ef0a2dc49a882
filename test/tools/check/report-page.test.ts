import { expect, test } from "vitest";
import { renderPng, renderSvg } from "latent/notebook";
import type { FigureSpec } from "latent/plot";
import { reportPage } from "../../../tools/check/report-page";
import type { Renderer } from "../../../tools/notebook/named-figures";

const renderer: Renderer = {
  renderPng: (figure, scale) => renderPng(figure as FigureSpec, scale),
  renderSvg: (figure) => renderSvg(figure as FigureSpec),
};

function spec(value: number) {
  return {
    data: { values: [{ x: 1, y: value }] },
    mark: "point",
    encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } },
  };
}

function bundle(value: number) {
  return {
    bundle: { "application/vnd.vegalite.v5+json": spec(value), "text/plain": "a point" },
  };
}

test("shows old and new side by side, with figures drawn alike and differing lines marked", async () => {
  const page = await reportPage(
    [
      {
        path: "notebooks/a&b.ipynb",
        findings: [
          {
            cell: 2,
            output: "figure point",
            changes: [{ where: 'field "y"', expected: "1", got: "2", relative: 1, allowed: "2 %" }],
            expected: bundle(1),
            got: bundle(2),
          },
          {
            cell: 3,
            output: "stdout",
            changes: [{ where: "line 2", expected: "<old>", got: "new" }],
            expected: { text: "same\n<old>" },
            got: { text: "same\nnew" },
          },
          {
            cell: 4,
            output: "display 1",
            changes: [{ where: "output", expected: "nothing", got: "present" }],
            got: { bundle: { "text/plain": "come" } },
          },
        ],
      },
    ],
    renderer,
  );
  expect(page).toContain("<h2>notebooks/a&amp;b.ipynb</h2>");
  expect(page).toContain("<td>100 % apart, allowed: 2 %</td>");
  const pictures = [...page.matchAll(/src="data:image\/png;base64,([^"]+)"/g)].map(([, data]) => data);
  expect(pictures).toHaveLength(2);
  expect(pictures[0]).not.toBe(pictures[1]);
  expect(page).toContain("<pre>same\n<mark>&lt;old&gt;</mark></pre>");
  expect(page).toContain("<pre>same\n<mark>new</mark></pre>");
  expect(page).toContain("<figcaption>committed</figcaption><p>nothing</p>");
  expect(page).toContain("<pre>come</pre>");
});

test("shows why a figure cannot be drawn, and the other figures", async () => {
  const broken = { bundle: { "application/vnd.vegalite.v5+json": { mark: "nothing" } } };
  const page = await reportPage(
    [
      {
        path: "a.ipynb",
        findings: [{ cell: 1, output: "figure x", changes: [], expected: broken, got: bundle(1) }],
      },
    ],
    renderer,
  );
  expect(page).toContain("<p>This figure cannot be drawn: ");
  expect(page.match(/<img/g)).toHaveLength(1);
});
