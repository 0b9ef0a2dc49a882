import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeCheckout, workingPython, type FakeCheckout } from "./support/fake-checkout.js";

let checkout: FakeCheckout;
beforeEach(() => (checkout = fakeCheckout()));
afterEach(() => {
  checkout.remove();
});

const withAtari = ["bin/latent.mjs", "setup", "--with", "atari"];
const offline = `case "$*" in
  *requirements-atari*) echo "Temporary failure in name resolution" >&2; exit 1 ;;
esac`;

function installs(): string[] {
  return checkout.calls().filter((call) => call.includes("requirements-atari.txt"));
}

test("Atari is installed on request only, once, and again with a new environment", async () => {
  await checkout.run();
  expect(installs()).toEqual([]);
  const asked = await checkout.run({}, withAtari);
  expect(asked.text).toContain("[7/7] Gymnasium and Atari (ale-py): done");
  expect(asked.code).toBe(0);
  expect(installs()).toHaveLength(1);
  await checkout.run({}, withAtari);
  expect(installs()).toEqual([]);
  rmSync(join(checkout.folder, ".venv"), { recursive: true });
  await checkout.run(); // without the option: what was installed once is kept
  expect(installs()).toHaveLength(1);
});

test("a request that fails is an error; npm test goes on without", async () => {
  checkout.program("python3", `${offline}\n${workingPython}`);
  const { code, text } = await checkout.run({}, withAtari);
  expect(text).toContain(
    "Installing Gymnasium and Atari failed: the package registry cannot be reached; check the network " +
      "connection and run the same command again. Until then, environments of Python cannot be opened.",
  );
  expect(code).toBe(1);
  const tests = ["setup/test.mjs", "--only", "types"];
  const first = await checkout.run({}, tests);
  expect(first.text).toContain("Until it is installed, environments of Python cannot be opened.");
  expect(first.code).toBe(0);
  const second = await checkout.run({}, tests);
  expect(second.text).toContain(
    "The bridge to Gymnasium and Atari is missing: installing Gymnasium and Atari",
  );
  expect(second.text).not.toContain("Gymnasium and Atari (ale-py)");
});

test("an unknown extra is refused with the names of the known", async () => {
  const { code, text } = await checkout.run({}, ["bin/latent.mjs", "setup", "--with", "doom"]);
  expect(text).toContain('latent setup: --with must be one of atari, got "doom"');
  expect(text).toContain("npx latent setup [--with EXTRA]...");
  expect(code).toBe(2);
  expect(checkout.calls()).toEqual([]);
});
