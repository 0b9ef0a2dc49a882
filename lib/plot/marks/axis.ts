/** What an axis measures. The unit is asked for so that no figure leaves it out. */
export interface Axis {
  /** The quantity, for example `training step`. */
  readonly title: string;
  /** Its unit, for example `nats`; null for counts and pure numbers. */
  readonly unit: string | null;
  /** Logarithmic axes accept positive values only. */
  readonly scale?: "linear" | "log";
}

/** The words beside the axis: `ELBO (nats)`. */
export const axisTitle = ({ title, unit }: Axis): string => (unit === null ? title : `${title} (${unit})`);
