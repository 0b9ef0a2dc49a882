/** How far a number may be from the committed one; it may be as far as the widest of the three allows. */
export interface Tolerance {
  /** A share of the number: 0.02 is 2 %. */
  readonly relative: number;
  /** In the number's own unit. */
  readonly absolute: number;
  /** A multiple of the standard error that stands beside the number. */
  readonly standardErrors: number;
}

/** No difference at all. */
export const exact: Tolerance = { relative: 0, absolute: 0, standardErrors: 0 };

/** Whether a tolerance allows no difference. */
export const isExact = ({ relative, absolute, standardErrors }: Tolerance): boolean =>
  relative === 0 && absolute === 0 && standardErrors === 0;

const PART = /^(\d+(?:\.\d+)?(?:e-?\d+)?)\s*(absolute|standard errors?)?$/;

/**
 * The tolerance that a cell declares: one or more of `0.02` (a share), `0.5 absolute` and `3 standard errors`, with
 * commas between them.
 *
 * @throws when it is not written like that.
 */
export const parseTolerance = (text: string): Tolerance => {
  const parts = text.split(",").map((part) => PART.exec(part.trim()));
  return parts.reduce<Tolerance>((tolerance, part) => {
    const value = Number(part?.[1]);
    if (!part || (part[2] === undefined && value >= 1))
      throw new Error(
        `tolerance must be like 0.02 (a share below 1), 0.5 absolute or 3 standard errors, got "${text.trim()}"`,
      );
    if (part[2] === undefined) return { ...tolerance, relative: value };
    return part[2] === "absolute"
      ? { ...tolerance, absolute: value }
      : { ...tolerance, standardErrors: value };
  }, exact);
};

/**
 * The largest difference that is allowed.
 *
 * @param size what a share is taken of.
 * @param standardError of the number, where one is known.
 */
export const allowedDifference = (
  { relative, absolute, standardErrors }: Tolerance,
  size: number,
  standardError = 0,
): number => Math.max(relative * size, absolute, standardErrors * standardError);

/** A tolerance in words. */
export const describeTolerance = (tolerance: Tolerance): string => {
  const { relative, absolute, standardErrors } = tolerance;
  if (isExact(tolerance)) return "exact";
  return [
    ...(relative > 0 ? [percent(relative)] : []),
    ...(absolute > 0 ? [`${absolute} absolute`] : []),
    ...(standardErrors > 0 ? [`${standardErrors} standard errors`] : []),
  ].join(" or ");
};

/** A share in percent, to two digits. */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
