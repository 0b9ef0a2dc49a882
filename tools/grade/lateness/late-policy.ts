import { countOf } from "../../common/count-of";
import type { Timing } from "../submissions/submissions";
import { formatTime, instantOf, parseTime, type Zone } from "./time-zone";

/** The rules for late submissions. */
export interface LatePolicy {
  /** Milliseconds since 1970; absent if there is no due date for the class. */
  readonly due?: number;
  readonly zone: Zone;
  /** Percent of the maximum score that each day begun costs. */
  readonly percentPerDay: number;
  /** The most that is deducted, in percent of the maximum score. */
  readonly maxPercent: number;
  /** Minutes after the due date in which a submission is not late. */
  readonly graceMinutes: number;
  /** Whether the time of a file counts, if no other time is known. */
  readonly usesFileTimes: boolean;
}

/** How late a submission is. */
export interface Lateness {
  /** The due date in the course's time zone. */
  readonly due?: string;
  /** The time of the submission in the course's time zone. */
  readonly submitted?: string;
  /** The number of days begun after the due date. */
  readonly daysLate: number;
  /** The percentage of the maximum score that is deducted. */
  readonly percent: number;
  /** What the instructor should know. */
  readonly note?: string;
}

/** No due date, and no deduction. */
export const NO_POLICY: LatePolicy = {
  zone: "UTC",
  percentPerDay: 0,
  maxPercent: 100,
  graceMinutes: 0,
  usesFileTimes: false,
};

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Parses a time of one student; a time that cannot be read is a note, not an error of the class. */
function readTime(
  what: string,
  text: string | undefined,
  zone: Zone,
  prefer: "earlier" | "later",
): { readonly time?: number; readonly note?: string } {
  if (text === undefined) return {};
  try {
    return { time: parseTime(text, zone, prefer) };
  } catch (error) {
    return { note: `the ${what} ${(error as Error).message}` };
  }
}

function fileTime({ modified }: Timing, { zone, usesFileTimes }: LatePolicy): number | undefined {
  if (!usesFileTimes || modified === undefined) return undefined;
  return "utc" in modified ? modified.utc : instantOf(modified.clock, zone, "earlier");
}

/** Returns how late a submission is; nothing is deducted unless its time is known. */
export function latenessOf(timing: Timing, policy: LatePolicy): Lateness {
  const { zone, percentPerDay, maxPercent, graceMinutes } = policy;
  const ownDue = readTime("due date", timing.due, zone, "later");
  const stated = readTime("time of submission", timing.stated, zone, "earlier");
  const due = ownDue.time ?? policy.due;
  const submitted = stated.time ?? fileTime(timing, policy);
  const notes = [ownDue.note, stated.note];
  const late = due === undefined || submitted === undefined ? 0 : submitted - due;
  const daysLate = late > graceMinutes * MINUTE ? Math.ceil(late / DAY) : 0;
  if (due !== undefined && submitted === undefined && stated.note === undefined)
    notes.push("the time of submission is not known");
  if (daysLate > 0) notes.push(`${countOf(daysLate, "day")} late`);
  else if (timing.isMarkedLate) notes.push("marked as late by Canvas, nothing deducted");
  const known = notes.filter((note) => note !== undefined);
  return {
    ...(due === undefined ? {} : { due: formatTime(due, zone) }),
    ...(submitted === undefined ? {} : { submitted: formatTime(submitted, zone) }),
    daysLate,
    percent: Math.min(maxPercent, daysLate * percentPerDay),
    ...(known.length === 0 ? {} : { note: known.join("; ") }),
  };
}
