import {
  checkIntervals,
  intervalFields,
  withIntervalNote,
  type Interval,
  type IntervalOptions,
} from "../marks/intervals";
import { figureBase, type FigureSpec } from "../marks/theme";
import { distinct, formatNumber, roundDigits } from "../numeric/numbers";
import { settledRange, type SettledRange } from "../numeric/settled-range";
import { checkFinite, checkNotEmpty } from "../numeric/validate";
import { elboPanel, type ElboPanel } from "./elbo-panel";

/** The ELBO and its two terms at one training step: means over images, in nats. */
export interface ElboRow extends Interval {
  /** Training step. */
  readonly step: number;
  /** The images that the means are over. */
  readonly split: "train" | "test";
  /** reconstruction − kl, in nats; `lower` and `upper` are the ends of its interval. */
  readonly elbo: number;
  /** E_q[log p(x|z)], in nats. */
  readonly reconstruction: number;
  /** KL(q(z|x) ‖ p(z)), in nats. */
  readonly kl: number;
}

/**
 * Draws the ELBO against the training step, for training and test images, next to its two terms log p(x|z)
 * and KL(q(z|x) ‖ p(z)). If the values of the first steps would flatten the rest of the curves, they are cut
 * off and the subtitle says so.
 *
 * @param rows in any order; of one split or both.
 * @throws if there are no rows, a number is not finite, or rows have intervals and `options.interval` is
 *   missing.
 */
export function elboCurve(rows: readonly ElboRow[], options: IntervalOptions = {}): FigureSpec {
  checkNotEmpty("elboCurve", "rows", rows);
  checkFinite("elboCurve", "rows", rows, ["step", "elbo", "reconstruction", "kl", "lower", "upper"]);
  const hasIntervals = checkIntervals("elboCurve", "rows", rows, options);
  const steps = distinct(rows.map(({ step }) => step));
  const elbo = rangeOf(rows, "elbo");
  const reconstruction = rangeOf(rows, "reconstruction");
  const kl = rangeOf(rows, "kl");
  const cutBefore = Math.max(elbo.cutBefore, reconstruction.cutBefore, kl.cutBefore);
  const shared = { splits: splitsOf(rows), showPoints: steps.length < 4, showBand: false };
  const small = { ...shared, width: 250, height: TERM_HEIGHT };
  const elboPart: ElboPanel = {
    ...shared,
    width: 330,
    height: 2 * TERM_HEIGHT + ROW_GAP,
    showBand: hasIntervals,
    field: "elbo",
    title: "ELBO (nats)",
    domain: elbo.domain,
    showStepAxis: true,
  };
  const reconstructionPart: ElboPanel = {
    ...small,
    field: "reconstruction",
    title: "E[log p(x|z)] (nats)",
    domain: reconstruction.domain,
    showStepAxis: false,
  };
  const klPart: ElboPanel = {
    ...small,
    field: "kl",
    title: "KL(q ‖ p) (nats)",
    domain: kl.domain,
    showStepAxis: true,
  };
  return {
    ...figureBase(withIntervalNote(options, "Band", ...cutNote(cutBefore)), describe(rows)),
    data: { values: rows.map(dataRow) },
    spacing: COLUMN_GAP,
    hconcat: [
      elboPanel(elboPart),
      { spacing: ROW_GAP, vconcat: [elboPanel(reconstructionPart), elboPanel(klPart)] },
    ],
  };
}

const COLUMN_GAP = 30; // px
const ROW_GAP = 16; // px
const TERM_HEIGHT = 120; // px

function rangeOf(rows: readonly ElboRow[], term: "elbo" | "reconstruction" | "kl"): SettledRange {
  return settledRange(
    rows.map(({ step, lower, upper, [term]: value }) => ({
      step,
      values: term === "elbo" && lower !== undefined && upper !== undefined ? [value, lower, upper] : [value],
    })),
  );
}

function splitsOf(rows: readonly ElboRow[]) {
  return distinct(rows.map(({ split }) => split));
}

function dataRow(row: ElboRow) {
  return {
    step: row.step,
    series: row.split,
    elbo: roundDigits(row.elbo),
    reconstruction: roundDigits(row.reconstruction),
    kl: roundDigits(row.kl),
    ...intervalFields(row),
  };
}

function cutNote(cutBefore: number): string[] {
  return cutBefore > 0 ? [`Steps before ${formatNumber(cutBefore, 0)} are outside the panels.`] : [];
}

function describe(rows: readonly ElboRow[]): string {
  const last = splitsOf(rows).map((split) => {
    const row = rows.filter((row) => row.split === split).reduce((a, b) => (b.step > a.step ? b : a));
    const terms = `reconstruction ${formatNumber(row.reconstruction)}, KL ${formatNumber(row.kl)}`;
    return `${split} ${formatNumber(row.elbo)} nats at step ${formatNumber(row.step, 0)} (${terms})`;
  });
  return `ELBO during training: ${last.join("; ")}`;
}
