import { median, table } from "../statistics";
import type { Measured } from "./match";
import type { Row } from "./rows";

/** The contenders of a model: time, first call, memory, loss. */
export const contenderTable = (measured: readonly Measured[]): string =>
  table(
    ["", "ms a step", "first call, s", "peak memory, MiB", "loss after the warm-up", "taken by others"],
    measured.map(({ contender, prepared, peakMiB, loss, rounds, othersShare }) => [
      contender.name,
      digits(median(rounds)),
      (prepared.firstCallMs / 1e3).toFixed(2),
      peakMiB.toFixed(0),
      digits(loss, 4),
      percent(othersShare),
    ]),
  );

/** The comparisons: ratio, spread, and whether what was promised is kept. */
export const ratioTable = (rows: readonly Row[]): string =>
  table(
    ["", "peer", "ours / peer", "quartiles of the rounds", "range", "promised", ""],
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

const verdict = ({ ratio, target }: Row): string =>
  target === null ? "" : ratio <= target ? "kept" : "MISSED";

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** A number with so many significant digits. */
const digits = (value: number, count = 3): string =>
  value >= 10 ** count ? value.toFixed(0) : value.toPrecision(count);
