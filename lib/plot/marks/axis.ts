import { roundDigits } from "../numeric/numbers";

/** The title, unit and scale of an axis. The unit is required, so that no figure omits it. */
export interface Axis {
  /** The quantity, for example `training step`. */
  readonly title: string;
  /** Its unit, for example `nats`; null for counts and dimensionless quantities. */
  readonly unit: string | null;
  /** `linear` by default; logarithmic axes require positive values. */
  readonly scale?: "linear" | "log";
}

/** Returns the title with the unit in parentheses: `ELBO (nats)`. */
export function axisTitle({ title, unit }: Axis): string {
  return unit === null ? title : `${title} (${unit})`;
}

/**
 * Returns a position channel with exactly the given domain.
 *
 * @param axisProperties properties of the Vega-Lite axis, such as `tickCount`.
 */
export function fixedChannel<Properties extends object>(
  field: "x" | "y",
  axis: Axis,
  [low, high]: readonly [low: number, high: number],
  axisProperties: Properties,
) {
  return {
    field,
    type: "quantitative" as const,
    title: axisTitle(axis),
    scale: { domain: [low, high].map((end) => roundDigits(end, high - low)), nice: false, zero: false },
    axis: axisProperties,
  };
}

/** Position channels of a layer that shares the axes of another one. */
export const xyChannels = {
  x: { field: "x", type: "quantitative" },
  y: { field: "y", type: "quantitative" },
} as const;
