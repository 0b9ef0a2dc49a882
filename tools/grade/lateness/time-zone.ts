const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A time zone: a name such as `Europe/Zurich`, or an offset such as `+02:00`. */
export type Zone = string;

/** The time zone of this machine. */
export function machineZone(): Zone {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Returns the offset of a zone that is one, in milliseconds; not every Node.js knows such zones. */
function fixedOffset(zone: Zone): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  return (sign === "-" ? -MINUTE : MINUTE) * (60 * Number(hours) + Number(minutes));
}

/** Whether a time zone is known. */
export function isZone(zone: string): boolean {
  if (fixedOffset(zone) !== undefined) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const formats = new Map<Zone, Intl.DateTimeFormat>();

/** Returns the format of a zone, which takes long to make. */
function formatOf(zone: Zone): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  });
  formats.set(zone, made);
  return made;
}

/** Returns year, month (from 1), day, hour, minute and second on a clock in a zone. */
function clockAt(instant: number, zone: Zone): number[] {
  const offset = fixedOffset(zone);
  if (offset !== undefined) return clockAt(instant + offset, "UTC");
  const parts = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return (["year", "month", "day", "hour", "minute", "second"] as const).map((part) => parts.get(part) ?? 0);
}

function asUtc([year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0]: readonly number[]): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function offsetAt(instant: number, zone: Zone): number {
  const whole = Math.floor(instant / 1000) * 1000;
  return asUtc(clockAt(whole, zone)) - whole;
}

/**
 * Returns the instant, in milliseconds since 1970, at which a clock in a zone shows a time. When the clock is
 * set back and shows it twice, the `prefer`red one; when it is set forward and never shows it, the instant at
 * which the clock before the change would.
 */
export function instantOf(clock: readonly number[], zone: Zone, prefer: "earlier" | "later"): number {
  const local = asUtc(clock);
  const before = offsetAt(local - DAY, zone);
  const found = [before, offsetAt(local + DAY, zone)]
    .map((offset) => local - offset)
    .filter((instant) => offsetAt(instant, zone) === local - instant);
  if (found.length === 0) return local - before;
  return prefer === "earlier" ? Math.min(...found) : Math.max(...found);
}

/** Formats an instant in a zone: `2026-11-30 23:59:00+01:00`. */
export function formatTime(instant: number, zone: Zone): string {
  const [year = 0, ...rest] = clockAt(instant, zone);
  const [month, day, hour, minute, second] = rest.map((part) => String(part).padStart(2, "0"));
  const offset = Math.round(offsetAt(instant, zone) / MINUTE);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
    String(part).padStart(2, "0"),
  );
  const date = `${String(year).padStart(4, "0")}-${month ?? ""}-${day ?? ""}`;
  const time = `${hour ?? ""}:${minute ?? ""}:${second ?? ""}`;
  return `${date} ${time}${offset < 0 ? "-" : "+"}${hours ?? ""}:${minutes ?? ""}`;
}

const DATE = String.raw`(\d{4})-(\d{2})-(\d{2})`;
const CLOCK = String.raw`(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?`;
const ZONE = String.raw`[A-Za-z][A-Za-z0-9_+/-]*|[+-]\d{2}:?\d{2}`;
const TIME = new RegExp(String.raw`^${DATE}(?:[T ]${CLOCK})?\s*(${ZONE})?$`);

/** The ends of a day, for a date without a time. */
const ENDS_OF_DAY = { earlier: [0, 0, 0], later: [23, 59, 59] } as const;

/**
 * Parses a time: `2026-11-30` or `2026-11-30 23:59`, each also with a zone (`Z`, `UTC`, `+01:00`,
 * `Europe/Zurich`).
 *
 * @param zone the zone of a time without one.
 * @param prefer which instant is meant by a date without a time: the beginning or the end of the day; and
 *   when a clock shows a time twice.
 * @throws if it is none of these, or there is no such date or zone.
 */
export function parseTime(text: string, zone: Zone, prefer: "earlier" | "later"): number {
  const [, ...parts] = (TIME.exec(text.trim()) ?? []) as (string | undefined)[];
  const named = parts[6] ?? zone;
  const own = named.replace(/^Z$/i, "UTC");
  const numbers = parts.slice(0, 6).flatMap((part) => (part === undefined ? [] : [Number(part)]));
  const [date, time] = [numbers.slice(0, 3), numbers.slice(3)];
  const clock = [...date, ...(time.length === 0 ? ENDS_OF_DAY[prefer] : [...time, 0].slice(0, 3))];
  const isReal = clock.length === 6 && clockAt(asUtc(clock), "UTC").every((part, at) => part === clock[at]);
  if (!isReal || !isZone(own))
    throw new Error(
      `"${text}" is not a time; write it as 2026-11-30, 2026-11-30 23:59 or 2026-11-30 23:59 Europe/Zurich`,
    );
  return instantOf(clock, own, prefer);
}
