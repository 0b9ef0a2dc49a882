import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { checkoutFolder } from "../../../tools/common/checkout";

describe("checkoutFolder", () => {
  test("finds this checkout from any folder in it", () => {
    expect(checkoutFolder()).toBe(resolve("."));
    expect(checkoutFolder(resolve("tools", "dist", "doctor"))).toBe(resolve("."));
  });

  test("throws outside a checkout", () => {
    expect(() => checkoutFolder(tmpdir())).toThrow(
      /is not in a checkout of the course; run the command from its checkout/,
    );
  });
});
