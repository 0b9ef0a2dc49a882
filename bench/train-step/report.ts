import { median, table } from "../statistics";
import type { Measured } from "./match";
import type { Row } from "./rows";

/** Formats the contenders of a model as a table: time, first call, memory, loss. */
export function contenderTable(measured: readonly Measured[]): string {
  return table(
    ["", "ms per step", "first call, s", "peak memory, MiB", "loss after warm-up", "used by others"],
    measured.map(({ contender, prepared, peakMiB, loss, rounds, othersShare }) => [
      contender.name,
      digits(median(rounds)),
      (prepared.firstCallMs / 1e3).toFixed(2),
      peakMiB.toFixed(0),
      digits(loss, 4),
      percent(othersShare),
    ]),
  );
}

/** Formats the comparisons as a table: ratio, spread, and whether the ratio is within its target. */
export function ratioTable(rows: readonly Row[]): string {
  return table(
    ["", "peer", "ours / peer", "quartiles of the rounds", "range", "target", ""],
    rows.map((row) => [
      row.name,
      row.peer,
      row.ratio.toFixed(2),
      `${row.ratio_q1.toFixed(2)} – ${row.ratio_q3.toFixed(2)}`,
      `${row.ratio_min.toFixed(2)} – ${row.ratio_max.toFixed(2)}`,
      row.target === null ? "" : `≤ ${row.target}`,
      verdict(row),
    ]),
  );
}

function verdict({ ratio, target }: Row): string {
  return target === null ? "" : ratio <= target ? "met" : "MISSED";
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** Formats a number with `count` significant digits. */
function digits(value: number, count = 3): string {
  return value >= 10 ** count ? value.toFixed(0) : value.toPrecision(count);
}
