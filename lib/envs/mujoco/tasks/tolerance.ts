/** Options of {@link tolerance}. */
interface ToleranceOptions {
  /** The distance from the bounds where the value is `valueAtMargin`; 0 by default: 0 outside them. */
  readonly margin?: number;
  /** How the value falls with the distance. */
  readonly shape?: "gaussian" | "linear" | "quadratic";
  /** 0.1 by default. */
  readonly valueAtMargin?: number;
}

/**
 * Returns 1 within the bounds, and less the farther x lies outside.
 *
 * Source: Tassa et al., dm_control (2020), "Reward"; `dm_control/utils/rewards.py`.
 */
export function tolerance(
  x: number,
  [lower, upper]: readonly [number, number],
  { margin = 0, shape = "gaussian", valueAtMargin = 0.1 }: ToleranceOptions = {},
): number {
  if (lower <= x && x <= upper) return 1;
  if (margin === 0) return 0;
  const d = (x < lower ? lower - x : x - upper) / margin;
  if (shape === "gaussian") return Math.exp(d * d * Math.log(valueAtMargin)); // v^(d²)
  const scaled = d * (shape === "linear" ? 1 - valueAtMargin : Math.sqrt(1 - valueAtMargin));
  if (scaled >= 1) return 0;
  return shape === "linear" ? 1 - scaled : 1 - scaled * scaled;
}
