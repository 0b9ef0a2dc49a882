import { describe, expect, test } from "vitest";
import { latenessOf, NO_POLICY, type LatePolicy } from "../../../../tools/grade/lateness/late-policy";
import { formatTime, isZone, parseTime } from "../../../../tools/grade/lateness/time-zone";

const ZURICH = "Europe/Zurich";

function utc(text: string, zone = ZURICH, prefer: "earlier" | "later" = "later"): string {
  return new Date(parseTime(text, zone, prefer)).toISOString();
}

describe("parseTime", () => {
  // The clocks of Zurich are set forward on 2026-03-29 at 2:00, and back on 2026-10-25 at 3:00.
  test.each([
    ["2026-11-30", "2026-11-30T22:59:59.000Z"],
    ["2026-07-01", "2026-07-01T21:59:59.000Z"],
    ["2026-11-30 23:59", "2026-11-30T22:59:00.000Z"],
    ["2026-11-30T23:59:30.25", "2026-11-30T22:59:30.000Z"],
    ["2026-11-30 23:59 UTC", "2026-11-30T23:59:00.000Z"],
    ["2026-11-30T23:59:00Z", "2026-11-30T23:59:00.000Z"],
    ["2026-11-30 23:59 -0800", "2026-12-01T07:59:00.000Z"],
    ["2026-11-30 23:59+05:30", "2026-11-30T18:29:00.000Z"],
    ["2026-11-30 23:59 America/New_York", "2026-12-01T04:59:00.000Z"],
    ["2026-03-29 01:59", "2026-03-29T00:59:00.000Z"],
    ["2026-03-29 02:30", "2026-03-29T01:30:00.000Z"], // is never shown
    ["2026-03-29 03:00", "2026-03-29T01:00:00.000Z"],
    ["2026-10-25 02:30", "2026-10-25T01:30:00.000Z"], // is shown twice
  ])("reads %s", (text, instant) => {
    expect(utc(text)).toBe(instant);
  });

  test("reads the earlier of two times if that is preferred", () => {
    expect(utc("2026-10-25 02:30", ZURICH, "earlier")).toBe("2026-10-25T00:30:00.000Z");
  });

  test("agrees with what it formats, every 191 minutes of a year in zones with and without changes", () => {
    for (const zone of [ZURICH, "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 191 * 60_000)
        expect(parseTime(formatTime(at, zone), "UTC", "later")).toBe(at);
  });

  test.each(["2026-02-30", "2026-13-01", "2026-11-30 24:00", "30.11.2026", "", "2026-11-30 10:00 Mars/Base"])(
    "rejects %j",
    (text) => {
      expect(() => parseTime(text, ZURICH, "later")).toThrow(
        `"${text}" is not a time; write it as 2026-11-30, 2026-11-30 23:59 or`,
      );
    },
  );

  test("knows zones by name and by offset", () => {
    expect([ZURICH, "UTC", "+01:00", "Nowhere/Else", "zürich"].map(isZone)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("latenessOf", () => {
  const policy: LatePolicy = {
    ...NO_POLICY,
    zone: ZURICH,
    due: parseTime("2026-11-30 23:59", ZURICH, "later"),
    percentPerDay: 10,
    maxPercent: 25,
    graceMinutes: 15,
  };
  const on = (stated: string, other: Partial<LatePolicy> = {}, due?: string) =>
    latenessOf(
      { stated, isMarkedLate: false, ...(due === undefined ? {} : { due }) },
      { ...policy, ...other },
    );

  test.each([
    ["2026-11-30 23:59", 0, 0],
    ["2026-12-01 00:14", 0, 0],
    ["2026-12-01 00:15", 1, 10],
    ["2026-12-01 23:59", 1, 10],
    ["2026-12-02 00:00", 2, 20],
    ["2026-12-24", 24, 25],
    ["2026-11-30 22:59 UTC", 0, 0],
    ["2026-12-01 22:59:00.000000 UTC", 1, 10],
  ])("counts days begun: %s", (stated, daysLate, percent) => {
    expect(on(stated)).toMatchObject({ daysLate, percent });
  });

  test("formats both times in the zone of the course", () => {
    expect(on("2026-12-01 22:00:00 UTC")).toEqual({
      due: "2026-11-30 23:59:00+01:00",
      submitted: "2026-12-01 23:00:00+01:00",
      daysLate: 1,
      percent: 10,
      note: "1 day late",
    });
  });

  test("uses a student's own due date, and notes one that cannot be read", () => {
    expect(on("2026-12-02", {}, "2026-12-03")).toMatchObject({
      due: "2026-12-03 23:59:59+01:00",
      daysLate: 0,
    });
    expect(on("2026-12-02", {}, "soon")).toMatchObject({
      daysLate: 2,
      note:
        'the due date "soon" is not a time; write it as 2026-11-30, 2026-11-30 23:59 or ' +
        "2026-11-30 23:59 Europe/Zurich; 2 days late",
    });
  });

  test("deducts nothing if the time is not known; the time of the file counts only if asked", () => {
    const modified = { utc: Date.UTC(2026, 11, 2) };
    const timing = { modified, isMarkedLate: false };
    expect(latenessOf(timing, policy)).toMatchObject({
      percent: 0,
      note: "the time of submission is not known",
    });
    expect(latenessOf(timing, { ...policy, usesFileTimes: true })).toMatchObject({ daysLate: 2 });
    const clock = { modified: { clock: [2026, 11, 30, 23, 58, 0] }, isMarkedLate: true };
    expect(latenessOf(clock, { ...policy, usesFileTimes: true })).toMatchObject({
      daysLate: 0,
      note: "marked as late by Canvas, nothing deducted",
    });
  });

  test("has neither times nor a note without a due date", () => {
    expect(latenessOf({ isMarkedLate: false }, NO_POLICY)).toEqual({ daysLate: 0, percent: 0 });
  });
});
