import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

function load() {
  return import("../../../../tools/setup/system/node-version.mjs");
}

test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("accepts Node %s", async (version) => {
  expect((await load()).nodeVersionError(version)).toBeUndefined();
});

test.each(["16.20.2", "18.20.4", "20.18.3"])("rejects Node %s", async (version) => {
  expect((await load()).nodeVersionError(version)).toBe(
    `the course needs Node.js 20.19.0 or later, got ${version}; ` +
      "install a current version (https://nodejs.org, or `nvm install 22`) and run the same command again",
  );
});

test("agrees with package.json", async () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
  expect(`>=${(await load()).oldestNode}`).toBe(`${engines.node}.0`);
});
