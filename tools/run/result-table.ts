import type { RunFailure } from "../execution/run-failure";

/** The row of a notebook in the table at the end. */
export interface Row {
  readonly path: string;
  readonly failure?: RunFailure;
  readonly passed: number;
  readonly cells: number;
  readonly seconds: number;
  /** Bytes. */
  readonly peakMemory?: number | undefined;
}

const MEBIBYTE = 2 ** 20;

const HEAD = ["notebook", "result", "time", "cells", "memory"] as const;

const cellsOf = (row: Row): string[] => [
  row.path,
  row.failure ? `failed (${row.failure.kind})` : "passed",
  `${row.seconds.toFixed(1)} s`,
  `${row.passed}/${row.cells}`,
  row.peakMemory === undefined ? "-" : `${Math.round(row.peakMemory / MEBIBYTE)} MiB`,
];

/** The table of all notebooks; memory is the most that the kernel held. */
export const formatTable = (rows: readonly Row[]): string => {
  const lines = [[...HEAD], ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
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
};
