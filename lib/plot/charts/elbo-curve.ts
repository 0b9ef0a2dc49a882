import { checkIntervals, ends, withNotes, type Interval, type IntervalOptions } from "../marks/intervals";
import { elboPanel, type Panel } from "./elbo-panel";
import { distinct, short, show } from "../numeric/numbers";
import { settledRange, type SettledRange } from "../numeric/settled-range";
import { head, type FigureSpec } from "../marks/theme";
import { checkFinite, checkNotEmpty } from "../numeric/validate";

/** The bound and its two terms at one step of training, each the mean over images, in nats. */
export interface ElboRow extends Interval {
  readonly step: number;
  readonly split: "train" | "test";
  /** reconstruction − kl, in nats; `lower` and `upper` are the ends of its interval. */
  readonly elbo: number;
  /** E_q[log p(x|z)], in nats. */
  readonly reconstruction: number;
  /** KL(q(z|x) ‖ p(z)), in nats. */
  readonly kl: number;
}

/**
 * The ELBO during training, for training and test images, beside its two terms: log p(x|z) − KL(q(z|x) ‖ p(z)).
 * Where the first steps would press the rest into a line, they are cut off, and the figure says so.
 *
 * @param rows in any order; both splits or one.
 * @throws when there is no row, a number is not finite, or an interval is given but not explained.
 */
export function elboCurve(rows: readonly ElboRow[], options: IntervalOptions = {}): FigureSpec {
  checkNotEmpty("elboCurve", "rows", rows);
  checkFinite("elboCurve", "rows", rows, ["step", "elbo", "reconstruction", "kl", "lower", "upper"]);
  const banded = checkIntervals("elboCurve", "rows", rows, options);
  const steps = distinct(rows.map(({ step }) => step));
  const elbo = rangeOf(rows, "elbo");
  const reconstruction = rangeOf(rows, "reconstruction");
  const kl = rangeOf(rows, "kl");
  const cut = Math.max(elbo.cutBefore, reconstruction.cutBefore, kl.cutBefore);
  const shared = { splits: splitsOf(rows), marked: steps.length < 4, banded: false };
  const small = { ...shared, width: 250, height: lowHeight };
  const large = { ...shared, width: 330, height: 2 * lowHeight + rowGap, banded };
  const fit: Panel = {
    ...small,
    field: "reconstruction",
    title: "E[log p(x|z)] (nats)",
    domain: reconstruction.domain,
    foot: false,
  };
  const cost: Panel = { ...small, field: "kl", title: "KL(q ‖ p) (nats)", domain: kl.domain, foot: true };
  return {
    ...head(withNotes(options, "Band", ...cutNote(cut)), describe(rows)),
    data: { values: rows.map(compact) },
    spacing: columnGap,
    hconcat: [
      elboPanel({ ...large, field: "elbo", title: "ELBO (nats)", domain: elbo.domain, foot: true }),
      { spacing: rowGap, vconcat: [elboPanel(fit), elboPanel(cost)] },
    ],
  };
}

const columnGap = 30;
const rowGap = 16;
const lowHeight = 120;

const rangeOf = (rows: readonly ElboRow[], term: "elbo" | "reconstruction" | "kl"): SettledRange =>
  settledRange(
    rows.map(({ step, lower, upper, [term]: value }) => ({
      step,
      values: term === "elbo" && lower !== undefined && upper !== undefined ? [value, lower, upper] : [value],
    })),
  );

const splitsOf = (rows: readonly ElboRow[]) => distinct(rows.map(({ split }) => split));

const compact = (row: ElboRow) => ({
  step: row.step,
  series: row.split,
  elbo: short(row.elbo),
  reconstruction: short(row.reconstruction),
  kl: short(row.kl),
  ...ends(row),
});

const cutNote = (cut: number): string[] =>
  cut > 0 ? [`Steps before ${show(cut, 0)} are outside of the panels.`] : [];

function describe(rows: readonly ElboRow[]): string {
  const last = splitsOf(rows).map((split) => {
    const row = rows.filter((row) => row.split === split).reduce((a, b) => (b.step > a.step ? b : a));
    const terms = `reconstruction ${show(row.reconstruction)}, KL ${show(row.kl)}`;
    return `${split} ${show(row.elbo)} nats at step ${show(row.step, 0)} (${terms})`;
  });
  return `ELBO during training: ${last.join("; ")}`;
}
