import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeCheckout, goodPython, type FakeCheckout } from "../support/fake-checkout.js";

let checkout: FakeCheckout;

beforeEach(() => (checkout = fakeCheckout()));
afterEach(() => {
  checkout.remove();
});

test("wheels are taken by hash, and none that an interrupted download for another device has left", async () => {
  for (const left of ["tensorflow_old.whl", "0123456789ab/tensorflow_other.whl"]) {
    const path = join(checkout.folder, ".cache", "wheels", left);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  const noting = `case "$*" in *zipfile*) echo "$3" >> unpacked ;; esac`;
  checkout.program("python3", `${noting}\n${goodPython}`);
  await checkout.run();
  expect(checkout.calls().filter((call) => call.includes("pip download"))).toEqual([
    expect.stringMatching(
      / --require-hashes --dest .*wheels.[0-9a-f]{12} --requirement .*requirements\.txt$/,
    ),
  ]);
  expect(readFileSync(join(checkout.folder, "unpacked"), "utf8")).toMatch(
    /^.*wheels.[0-9a-f]{12}.tensorflow\.whl\n$/,
  );
  expect(checkout.has(".cache/wheels")).toBe(false);
});
