import type { RunFailure } from "../execution/run-failure";

/** The row of one notebook. */
export interface Row {
  readonly path: string;
  readonly failure?: RunFailure;
  readonly passed: number;
  readonly cells: number;
  readonly seconds: number;
  /** In bytes. */
  readonly peakMemory?: number | undefined;
}

const MEBIBYTE = 2 ** 20;

const COLUMNS = ["notebook", "result", "time", "cells", "memory"] as const;

function cellsOf(row: Row): string[] {
  return [
    row.path,
    row.failure ? `failed (${row.failure.kind})` : "passed",
    `${row.seconds.toFixed(1)} s`,
    `${row.passed}/${row.cells}`,
    row.peakMemory === undefined ? "-" : `${Math.round(row.peakMemory / MEBIBYTE)} MiB`,
  ];
}

/** Formats the table of all notebooks; memory is the peak of the kernel. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [[...COLUMNS], ...rows.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, column) =>
          column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
