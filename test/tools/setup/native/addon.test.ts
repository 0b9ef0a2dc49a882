import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";

const built = existsSync(".native/addon/tfjs_binding.node");

/** Loads the addon as tfjs-node does, in a process whose real stderr can be read. */
function load(env: NodeJS.ProcessEnv) {
  return spawnSync(
    process.execPath,
    [
      "-e",
      `const addon = require("./.native/addon/tfjs_binding.node"); console.log(addon.TF_Version); console.error("end");`,
    ],
    { env: { ...process.env, ...env }, encoding: "utf8" },
  );
}

test.skipIf(!built)("loads TensorFlow without a word on stderr, which stays open", () => {
  const { stdout, stderr } = load({ TF_CPP_MIN_LOG_LEVEL: "3" });
  expect(stdout).toBe("2.21.0\n");
  expect(stderr).toBe("end\n");
});

test.skipIf(!built || process.arch !== "x64")("lets TensorFlow speak at level 0", () => {
  const { stderr } = load({ TF_CPP_MIN_LOG_LEVEL: "0", TF_ENABLE_ONEDNN_OPTS: "1" });
  expect(stderr).toMatch(/oneDNN custom operations are on[^]*\nend\n$/);
});
