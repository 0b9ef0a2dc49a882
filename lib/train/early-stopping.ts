import { checkCount } from "../core/numeric/check-number";

/** Monitors a number that should increase, such as the bound on held-out data. */
export interface EarlyStopping {
  /** Records a new value, and returns whether it is the best so far. */
  note(value: number): boolean;
  /** Whether the last `patience` values did not improve: for `fit({ …, stop: () => early.isOver() })`. */
  isOver(): boolean;
  /** The best value so far, −∞ before the first one. */
  best(): number;
}

/**
 * Returns a monitor that ends training when a number stops increasing (Prechelt 1998, "Early stopping, but
 * when?").
 *
 * @param options `patience`: the number of consecutive values without improvement after which training
 *   ends; `least`: the minimum improvement over the best value, 0 by default; a value must exceed best +
 *   `least`.
 * @throws if `patience` is not a positive integer.
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
