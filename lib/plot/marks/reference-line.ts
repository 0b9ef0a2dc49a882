import { roundDigits } from "../numeric/numbers";
import { INK, type Unit } from "./theme";

/**
 * A straight line across a figure at one value of an axis, for example the exact value that estimates
 * approach.
 */
export interface Rule {
  /** The axis that `at` is a value of: `x` for a vertical line, `y` for a horizontal one. */
  readonly axis: "x" | "y";
  /** Position on the axis, in its unit. */
  readonly at: number;
  /** Written at the end of the line, outside the plot. */
  readonly label: string;
}

/**
 * Returns the dashed line of a rule.
 *
 * @param round rounds the position; as the data beside it are, by `roundTogether`.
 */
export function ruleMark(
  { axis, at }: Pick<Rule, "axis" | "at">,
  color: string = INK.muted,
  round: (value: number) => number = roundDigits,
): Unit {
  return {
    data: { values: [{ at: round(at) }] },
    mark: { type: "rule", color, strokeDash: [5, 4], strokeWidth: 1.4, tooltip: null },
    encoding: { [axis]: { field: "at", type: "quantitative" } },
  };
}

/**
 * Returns the label of a rule: right of a horizontal one, above a vertical one, where no data are drawn.
 *
 * @param round as for `ruleMark`.
 */
export function ruleLabel(
  { axis, at, label }: Rule,
  color?: string,
  round: (value: number) => number = roundDigits,
): Unit {
  const value = { field: "at", type: "quantitative" as const };
  const isHorizontal = axis === "y";
  return {
    data: { values: [{ at: round(at), text: label }] },
    mark: {
      type: "text",
      ...(color === undefined ? {} : { color }),
      tooltip: null,
      ...(isHorizontal ? { align: "left", dx: 6 } : { baseline: "bottom", dy: -4 }),
    },
    encoding: {
      ...(isHorizontal ? { x: { value: "width" }, y: value } : { x: value, y: { value: 0 } }),
      text: { field: "text", type: "nominal" },
    },
  };
}
