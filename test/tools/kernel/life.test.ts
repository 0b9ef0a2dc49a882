import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createConnection } from "../../../tools/protocol/connection";
import { startKernel } from "../../../tools/protocol/start-kernel";
import { kernelArguments } from "../../../tools/protocol/launch";
import { isAlive, runCell, startTestKernel, until } from "./support";

test("a kernel ends when its parent process has ended", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latent-orphan-"));
  const { file } = createConnection(folder);
  const command = JSON.stringify([process.execPath, ...kernelArguments(file)]);
  // a parent process that starts a kernel, prints its id and waits to be killed
  const parent = spawn(process.execPath, [
    "-e",
    `const [node, ...args] = ${command};
     const kernel = require("node:child_process").spawn(node, args, { detached: true, stdio: "ignore" });
     console.log(kernel.pid);
     setInterval(() => {}, 1000);`,
  ]);
  let printed = "";
  parent.stdout.on("data", (text: Buffer) => (printed += text.toString()));
  await until(() => printed.includes("\n") && existsSync(join(folder, "kernel-1"))); // it has started
  const pid = Number(printed);
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await until(() => !isAlive(pid));
  rmSync(folder, { recursive: true });
});

/** Whether the native addon is built. */
function hasAddon(): boolean {
  try {
    createRequire(__filename)("@tensorflow/tfjs-node-gpu");
    return true;
  } catch {
    return false;
  }
}

test.skipIf(!hasAddon())(
  "the start-up messages of TensorFlow's native code do not appear in the notebook",
  async () => {
    const kernel = await startTestKernel({ TF_CPP_MIN_LOG_LEVEL: "0" });
    const ran = await runCell(
      kernel,
      `import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-node-gpu";
tf.ones([2, 2]).sum().dataSync()[0]`,
    );
    expect(ran.outputs).toMatchObject([{ output_type: "execute_result", data: { "text/plain": "4" } }]);
    await kernel.shutdown();
    const { output } = await kernel.died;
    expect(output).toMatch(/TensorFlow|oneDNN|cpu_feature|absl/); // the stderr of the process
  },
);

test("a kernel exits cleanly just after an interrupt, as Jupyter interrupts before a shutdown", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latent-exit-"));
  const file = join(folder, "exit-code");
  const kernel = await startTestKernel();
  await kernel.execute(
    `process.on("exit", (code) => require("node:fs").writeFileSync(${JSON.stringify(file)}, String(code)));`,
  );
  let started = false;
  void kernel
    .execute('console.log("started");\nawait new Promise((done) => setTimeout(done, 1e6));', {
      onMessage: ({ header }) => (started ||= header.msg_type === "stream"),
    })
    .catch(() => undefined); // the kernel ends before the cell does
  await until(() => started);
  await kernel.interrupt();
  await kernel.shutdown();
  expect(await kernel.died).toMatchObject({ code: 0, signal: null });
  expect(readFileSync(file, "utf8")).toBe("0");
  rmSync(folder, { recursive: true });
});

test("startKernel kills a kernel that answers but never gets ready to run cells", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latent-silent-"));
  const [preload, pidFile] = [join(folder, "silent.cjs"), join(folder, "pid")];
  // loaded into the kernel before its code: an evaluator that never answers
  writeFileSync(
    preload,
    `const { isMainThread } = require("node:worker_threads");
     const Module = require("node:module");
     const load = Module._load;
     if (isMainThread) {
       require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
       Module._load = (request, ...rest) =>
         request === "./evaluator/evaluator" ? { createEvaluator: () => () => {} } : load(request, ...rest);
     }`,
  );
  const starting = startKernel({
    folder,
    environment: { NODE_OPTIONS: `--require ${preload}` },
    startTimeout: 8000, // many times longer than it takes to answer
  });
  await expect(starting).rejects.toThrow(
    new Error(
      "startKernel: the kernel answered, but did not get ready to run cells within 8 s; " +
        "try again when the machine is less busy, or run `latent doctor`",
    ),
  );
  const pid = Number(readFileSync(pidFile, "utf8"));
  await until(() => !isAlive(pid));
  rmSync(folder, { recursive: true });
});
