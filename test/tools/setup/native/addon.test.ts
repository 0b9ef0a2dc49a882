import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";

const built = existsSync(".native/addon/tfjs_binding.node");

/** Loads the addon like tfjs-node, in a separate process whose stderr is captured. */
function load(env: NodeJS.ProcessEnv) {
  return spawnSync(
    process.execPath,
    [
      "-e",
      'const addon = require("./.native/addon/tfjs_binding.node");' +
        'console.log(addon.TF_Version); console.error("end");',
    ],
    { env: { ...process.env, ...env }, encoding: "utf8" },
  );
}

test.skipIf(!built)("loads TensorFlow without output on stderr, and leaves stderr open", () => {
  const { stdout, stderr } = load({ TF_CPP_MIN_LOG_LEVEL: "3" });
  expect(stdout).toBe("2.21.0\n");
  expect(stderr).toBe("end\n");
});

test.skipIf(!built || process.arch !== "x64")("shows TensorFlow's log at level 0", () => {
  const { stderr } = load({ TF_CPP_MIN_LOG_LEVEL: "0", TF_ENABLE_ONEDNN_OPTS: "1" });
  expect(stderr).toMatch(/oneDNN custom operations are on[^]*\nend\n$/);
});
