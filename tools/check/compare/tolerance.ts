/** How far a number may be from the committed one; the largest of the three applies. */
export interface Tolerance {
  /** Relative to the number: 0.02 is 2 %. */
  readonly relative: number;
  /** In the unit of the number. */
  readonly absolute: number;
  /** In standard errors, for a number printed with its standard error. */
  readonly standardErrors: number;
}

/** Allows no difference. */
export const exact: Tolerance = { relative: 0, absolute: 0, standardErrors: 0 };

/** Whether a tolerance allows no difference. */
export function isExact({ relative, absolute, standardErrors }: Tolerance): boolean {
  return relative === 0 && absolute === 0 && standardErrors === 0;
}

const PART = /^(\d+(?:\.\d+)?(?:e-?\d+)?)\s*(absolute|standard errors?)?$/;

/**
 * Parses a tolerance: one or more of `0.02` (relative), `0.5 absolute` and `3 standard errors`, separated by
 * commas.
 *
 * @throws if the text has another form, or a relative tolerance is not below 1.
 */
export function parseTolerance(text: string): Tolerance {
  const parts = text.split(",").map((part) => PART.exec(part.trim()));
  return parts.reduce<Tolerance>((tolerance, part) => {
    const value = Number(part?.[1]);
    if (!part || (part[2] === undefined && value >= 1))
      throw new Error(
        "tolerance must be relative and below 1 (0.02), absolute (0.5 absolute) or in standard errors " +
          `(3 standard errors), got "${text.trim()}"`,
      );
    if (part[2] === undefined) return { ...tolerance, relative: value };
    return part[2] === "absolute"
      ? { ...tolerance, absolute: value }
      : { ...tolerance, standardErrors: value };
  }, exact);
}

/**
 * The largest allowed difference.
 *
 * @param size the size that a relative tolerance refers to.
 * @param standardError the standard error of the number, if known.
 */
export function allowedDifference(
  { relative, absolute, standardErrors }: Tolerance,
  size: number,
  standardError = 0,
): number {
  return Math.max(relative * size, absolute, standardErrors * standardError);
}

/** Formats a tolerance for display. */
export function describeTolerance(tolerance: Tolerance): string {
  const { relative, absolute, standardErrors } = tolerance;
  if (isExact(tolerance)) return "exact";
  return [
    ...(relative > 0 ? [percent(relative)] : []),
    ...(absolute > 0 ? [`${absolute} absolute`] : []),
    ...(standardErrors > 0 ? [`${standardErrors} standard errors`] : []),
  ].join(" or ");
}

/** Formats a share as a percentage with two significant digits. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
