import type * as tf from "@tensorflow/tfjs";
import { isTensor } from "../tensor/containers";
import { showShape } from "../tensor/shape";
import { elementFormat, elementsOf, statistics } from "./elements";
import { shownIndices, shownPositions, tensorHeader } from "./tensor-text";
import { leafSummary, type Leaf } from "./value-text";

/** Rows and columns at each end of a table; those between are left out if there are more. */
const [EDGE_ROWS, EDGE_COLUMNS] = [8, 6];

/** Returns a matrix as an HTML table with numbered rows and columns; undefined for other tensors. */
export function matrixTable(x: tf.Tensor): string | undefined {
  if (x.rank !== 2 || x.size === 0) return undefined;
  const elements = elementsOf(x);
  if ("absent" in elements) return undefined;
  const { values } = elements;
  const [rows = 0, columns = 0] = x.shape;
  const axes = [shownIndices(rows, EDGE_ROWS), shownIndices(columns, EDGE_COLUMNS)] as const;
  const format = elementFormat(x, values, shownPositions(x.shape, axes));
  const head = ["", ...axes[1].map((j) => (j < 0 ? "…" : String(j)))];
  const body = axes[0].map((i) => [
    i < 0 ? "⋮" : String(i),
    ...axes[1].map((j) => (i < 0 ? "" : j < 0 ? "…" : format(i * columns + j))),
  ]);
  const isShortened = axes.flat().includes(-1);
  const details = isShortened ? statistics(x, values) : "";
  return table(details === "" ? tensorHeader(x) : `${tensorHeader(x)}: ${details}`, head, body);
}

/** Returns the leaves of a tree as an HTML table of paths, types and shapes. */
export function treeTable(caption: string, leaves: readonly Leaf[]): string {
  const rows = leaves.map(({ path, value }) =>
    isTensor(value) && !value.isDisposed
      ? [path, value.dtype, showShape(value.shape), String(value.size)]
      : [path, leafSummary(value), "", ""],
  );
  return table(caption, ["path", "type", "shape", "elements"], rows, LEFT);
}

/** JupyterLab aligns cells to the right, which suits numbers. */
const LEFT = ' style="text-align: left"';

/** Returns a table whose first column has headings, with the given attributes. */
function table(
  caption: string,
  head: readonly string[],
  body: readonly (readonly string[])[],
  first = "",
): string {
  const cell = (text: string, column: number, tag: string): string =>
    `<${tag}${column === 0 ? first : ""}>${escape(text)}</${tag}>`;
  const row = (cells: readonly string[], tag: (column: number) => "th" | "td"): string =>
    `<tr>${cells.map((text, column) => cell(text, column, tag(column))).join("")}</tr>`;
  const rows = body.map((cells) => row(cells, (column) => (column === 0 ? "th" : "td"))).join("\n");
  return (
    `<table>\n<caption style="text-align: left; white-space: nowrap">${escape(caption)}</caption>\n` +
    `<thead>${row(head, () => "th")}</thead>\n<tbody>\n${rows}\n</tbody>\n</table>`
  );
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
