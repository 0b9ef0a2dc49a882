import { checkCount } from "../core/numeric/check-number";

/** Watches a number that should rise, such as the bound on held-out data. */
export interface EarlyStopping {
  /** Notes the number's value now; gives true when it is the best so far. */
  note(value: number): boolean;
  /** Whether the number has not risen for as long as the patience lasts: for `fit({ …, stop: () => early.isOver() })`. */
  isOver(): boolean;
  /** The best value so far, −∞ before the first. */
  best(): number;
}

/**
 * Stops training when a number no longer rises (Prechelt 1998, "Early stopping, but when?").
 *
 * @param patience how many values in a row may fail to beat the best one.
 * @param least by how much a value must beat the best one to count as better, 0 by default.
 */
export function earlyStopping({ patience, least = 0 }: { patience: number; least?: number }): EarlyStopping {
  checkCount("earlyStopping", "patience", patience, 1);
  let best = -Infinity;
  let since = 0;
  return {
    note(value) {
      const isBetter = value > best + least;
      if (isBetter) best = value;
      since = isBetter ? 0 : since + 1;
      return isBetter;
    },
    isOver: () => since >= patience,
    best: () => best,
  };
}
