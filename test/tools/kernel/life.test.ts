import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createConnection } from "../../../tools/protocol/connection";
import { startKernel } from "../../../tools/protocol/start-kernel";
import { kernelArguments } from "../../../tools/protocol/launch";
import { isAlive, runCell, startTestKernel, until } from "./support";

it("ends when the process that started it is gone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latent-orphan-"));
  const { file } = createConnection(folder);
  const command = JSON.stringify([process.execPath, ...kernelArguments(file)]);
  // a parent that starts a kernel, tells its number and waits to be killed
  const parent = spawn(process.execPath, [
    "-e",
    `const [node, ...args] = ${command};
     const kernel = require("node:child_process").spawn(node, args, { detached: true, stdio: "ignore" });
     console.log(kernel.pid);
     setInterval(() => {}, 1000);`,
  ]);
  let printed = "";
  parent.stdout.on("data", (text: Buffer) => (printed += text.toString()));
  await until(() => printed.includes("\n") && existsSync(join(folder, "kernel-1"))); // it is up
  const pid = Number(printed);
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await until(() => !isAlive(pid));
  rmSync(folder, { recursive: true });
});

/** Whether the native addon is built here. */
const hasAddon = (): boolean => {
  try {
    createRequire(__filename)("@tensorflow/tfjs-node-gpu");
    return true;
  } catch {
    return false;
  }
};

it.skipIf(!hasAddon())(
  "keeps what TensorFlow's native code says at its start out of the notebook",
  async () => {
    const kernel = await startTestKernel({ TF_CPP_MIN_LOG_LEVEL: "0" });
    const ran = await runCell(
      kernel,
      'import * as tf from "@tensorflow/tfjs";\nimport "@tensorflow/tfjs-node-gpu";\ntf.ones([2, 2]).sum().dataSync()[0]',
    );
    expect(ran.outputs).toMatchObject([{ output_type: "execute_result", data: { "text/plain": "4" } }]);
    await kernel.shutdown();
    const { output } = await kernel.died;
    expect(output).toMatch(/TensorFlow|oneDNN|cpu_feature|absl/); // it did speak, on the process's own stderr
  },
);

it("ends in order while a cell waits that was just interrupted, as Jupyter interrupts before it shuts down", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latent-farewell-"));
  const file = join(folder, "said");
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

it("is given up and ended when it speaks but never gets ready for cells", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latent-mute-"));
  const [preload, told] = [join(folder, "mute.cjs"), join(folder, "pid")];
  // loaded into the kernel before its own code: an evaluator that answers nothing
  writeFileSync(
    preload,
    `const { isMainThread } = require("node:worker_threads");
     const Module = require("node:module");
     const load = Module._load;
     if (isMainThread) {
       require("node:fs").writeFileSync(${JSON.stringify(told)}, String(process.pid));
       Module._load = (request, ...rest) =>
         request === "./evaluator/evaluator" ? { createEvaluator: () => () => {} } : load(request, ...rest);
     }`,
  );
  const starting = startKernel({
    folder,
    environment: { NODE_OPTIONS: `--require ${preload}` },
    startTimeout: 8000, // many times what it takes to speak
  });
  await expect(starting).rejects.toThrow(
    new Error(
      "startKernel: the kernel answered, but was not ready for cells within 8 s; " +
        "try again when the machine is less busy, or see what `latent doctor` says",
    ),
  );
  const pid = Number(readFileSync(told, "utf8"));
  await until(() => !isAlive(pid));
  rmSync(folder, { recursive: true });
});
