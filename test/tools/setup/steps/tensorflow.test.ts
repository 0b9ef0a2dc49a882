import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeCheckout, workingPython, type FakeCheckout } from "../support/fake-checkout.js";

let checkout: FakeCheckout;

beforeEach(() => (checkout = fakeCheckout()));
afterEach(() => {
  checkout.remove();
});

test("downloads wheels by hash, and ignores those left by an interrupted download", async () => {
  for (const file of ["tensorflow_old.whl", "0123456789ab/tensorflow_other.whl"]) {
    const path = join(checkout.folder, ".cache", "wheels", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  const recording = `case "$*" in *zipfile*) echo "$3" >> unpacked ;; esac`;
  checkout.program("python3", `${recording}\n${workingPython}`);
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
