import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

function load() {
  return import("../../../../tools/setup/system/node-version.mjs");
}

test.each(["20.19.0", "20.20.2", "22.0.0", "24.1.0"])("accepts Node %s", async (version) => {
  expect((await load()).nodeComplaint(version)).toBeUndefined();
});

test.each(["16.20.2", "18.20.4", "20.18.3"])("turns Node %s away", async (version) => {
  expect((await load()).nodeComplaint(version)).toBe(
    `Node ${version} is too old: the course needs 20.19.0 or newer; ` +
      "install a current one (https://nodejs.org, or `nvm install 22`) and run the same command again.",
  );
});

test("asks for what package.json asks for", async () => {
  const { engines } = JSON.parse(readFileSync("package.json", "utf8")) as { engines: { node: string } };
  expect(`>=${(await load()).oldestNode}`).toBe(`${engines.node}.0`);
});
