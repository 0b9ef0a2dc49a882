import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeCheckout, workingNpm, workingPython, type FakeCheckout } from "./support/fake-checkout.js";

let checkout: FakeCheckout;

beforeEach(() => (checkout = fakeCheckout()));
afterEach(() => {
  checkout.remove();
});

const wasmNote =
  "Until it is installed, notebooks run on the wasm backend, several times slower. " +
  "To retry: npx latent setup";
function fails(text: string): string {
  return `echo "${text}" >&2\nexit 1`;
}

describe("a successful set-up", () => {
  test("runs every step once, and none the second time", async () => {
    const first = await checkout.run();
    expect(first.text).toMatch(
      /\[1\/6\] npm packages: done[^]*\[4\/6\] TypeScript kernel: done[^]*Set-up is complete\./,
    );
    expect(first.code).toBe(0);
    expect(checkout.calls().length).toBeGreaterThan(4);
    // The fake compiler does not create a real addon, so `latent setup` retries that step and only that.
    const second = await checkout.run();
    expect(second.text).not.toContain("npm packages");
    expect(checkout.calls().filter((call) => !call.startsWith("g++") && !call.includes("ziglang"))).toEqual(
      [],
    );
  });

  test("writes nothing to the home folder, and registers the kernel in the checkout", async () => {
    await checkout.run();
    expect(readdirSync(checkout.home)).toEqual([]);
    const file = join(checkout.folder, ".venv", "share", "jupyter", "kernels", "latent", "kernel.json");
    const spec = JSON.parse(readFileSync(file, "utf8")) as { argv: string[]; language: string };
    expect(spec.argv[0]).toBe(process.execPath);
    expect(spec.argv.slice(-2)).toEqual([
      join(checkout.folder, "tools", "dist", "kernel", "main.js"),
      "{connection_file}",
    ]);
    expect(spec.language).toBe("typescript");
  });

  test("reruns a step whose input changed", async () => {
    await checkout.run();
    checkout.calls();
    writeFileSync(join(checkout.folder, "requirements.txt"), "jupyterlab==1.0\n");
    const { text } = await checkout.run();
    expect(text).toContain("[3/6] Python packages (JupyterLab): done");
    expect(text).not.toMatch(/npm packages|TensorFlow 2/);
    expect(checkout.calls().filter((call) => call.includes("-m venv"))).toEqual([]); // it still works
  });

  test("reruns steps whose output was deleted", async () => {
    await checkout.run();
    rmSync(join(checkout.folder, ".venv"), { recursive: true });
    const { text } = await checkout.run();
    expect(text).toContain("Python packages (JupyterLab): done");
    expect(text).toContain("TypeScript kernel: done");
    expect(text).not.toContain("npm packages");
  });
});

describe("a failure of a required step", () => {
  const expectFailure = async (message: string): Promise<void> => {
    const { code, text } = await checkout.run();
    expect(text).toContain(message);
    expect(code).toBe(1);
  };

  test("reports a full disk while npm writes, and continues from there on the next run", async () => {
    checkout.program("npm", fails("npm error code ENOSPC"));
    await expectFailure("Installing the npm packages failed: the disk is full; free some space");
    expect(readdirSync(join(checkout.folder, ".setup")).filter((name) => !name.endsWith(".log"))).toEqual([]);
    checkout.program("npm", workingNpm);
    expect((await checkout.run()).code).toBe(0);
  });

  test("reports a missing network", async () => {
    checkout.program("npm", fails("npm error code ENOTFOUND"));
    await expectFailure(
      "Installing the npm packages failed: the package registry cannot be reached; check the network " +
        "connection and run the same command again. Until then, nothing runs.",
    );
  });

  test("reports a program that succeeds without creating its output", async () => {
    checkout.program("npm", "exit 0");
    await expectFailure(
      "Setting up the npm packages failed: the step did not create node_modules/.package-lock.json;",
    );
  });

  test("reports a missing Python, after the steps that do not need it", async () => {
    checkout.removeProgram("python3");
    await expectFailure("No Python was found; install Python 3.10 or later");
    expect(checkout.has("tools/dist/bin/cli.js")).toBe(true);
    checkout.program("python3", workingPython);
    checkout.calls();
    expect((await checkout.run()).code).toBe(0);
    expect(checkout.calls().filter((call) => call.startsWith("npm"))).toEqual([]);
  });

  test("reports a missing venv module even if Python detects it late", async () => {
    const noEnsurepip = fails("ensurepip is not available.");
    checkout.program("python3", `case "$*" in *importlib*) echo "3.11.2 True" ;; *) ${noEnsurepip} ;; esac`);
    await expectFailure(
      "Creating the virtual environment failed: this Python has no working venv module; install it (on " +
        "Debian and Ubuntu: `sudo apt install python3-venv`) and run the same command again. " +
        "Until then, notebooks still run without JupyterLab (npx latent run notebooks/NAME.ipynb).",
    );
  });

  test("reports a full disk while pip writes", async () => {
    const full = `case "$*" in *"pip install"*) ${fails("[Errno 28] No space left on device")} ;; esac`;
    checkout.program("python3", `${workingPython}\n${full}`);
    await expectFailure("Installing the Python packages failed: the disk is full;");
    expect(checkout.has(".setup/python-packages.json")).toBe(false);
  });

  test("names the line of a type error", async () => {
    const failingCompiler = 'console.log("lib/a.ts(3,5): error TS2322: Not assignable."); process.exit(2)';
    checkout.program("npm", `${workingNpm}\necho '${failingCompiler}' > node_modules/typescript/bin/tsc`);
    await expectFailure(
      "Line 3 of lib/a.ts has a type error: Not assignable; fix it and run the same command again.",
    );
  });
});

describe("the optional native backend", () => {
  test("is reported as missing if its download failed, and is retried only on request", async () => {
    const offline = `case "$*" in *"pip download"*) ${fails("Temporary failure in name resolution")} ;; esac`;
    checkout.program("python3", `${offline}\n${workingPython}`);
    const first = await checkout.run();
    const failure = "downloading TensorFlow failed: the package registry cannot be reached";
    expect(first.text).toContain(
      `${failure}; check the network connection and run the same command again. ${wasmNote}`,
    );
    expect(first.code).toBe(0);

    const testRun = await checkout.run({}, ["setup/test.mjs", "--only", "types"]);
    expect(testRun.text).toContain(`The native backend is missing: ${failure}`);
    expect(testRun.text).not.toContain("TensorFlow 2");
    expect(testRun.text.trimEnd().split("\n").at(-1)).toBe("1 passed, 0 failed");
    checkout.calls();
    const again = await checkout.run();
    expect(again.text).toContain("[5/7] TensorFlow"); // npm test has tried Atari, too
    expect(checkout.calls().filter((call) => call.includes("pip download"))).toHaveLength(1);
  });

  test("is skipped if TensorFlow has no library for the system", async () => {
    const none = fails("ERROR: No matching distribution found for tensorflow-cpu==2.21.0");
    checkout.program("python3", `case "$*" in *"pip download"*) ${none} ;; esac\n${workingPython}`);
    const { code, text } = await checkout.run();
    expect(text).toContain("downloading TensorFlow failed: a package is not available for this system;");
    expect(text).toContain(wasmNote);
    expect(code).toBe(0);
  });

  test("is skipped if there is no compiler and none can be downloaded", async () => {
    checkout.removeProgram("g++");
    const offline = `case "$*" in *ziglang*) ${fails("Network is unreachable")} ;; esac`;
    checkout.program("python3", `${offline}\n${workingPython}`);
    const { code, text } = await checkout.run();
    expect(text).toContain("downloading a C++ compiler failed: the package registry cannot be reached;");
    expect(text).toContain(wasmNote);
    expect(code).toBe(0);
  });

  test("is tested before it is placed", async () => {
    const { text } = await checkout.run();
    expect(text).toMatch(
      /loading the native addon failed: .*(file too short|invalid ELF|not a mach-o|slice is not valid)/i,
    );
    expect(checkout.has("node_modules/@tensorflow/tfjs-node-gpu/lib")).toBe(false);
  });

  test("reports an invalid LATENT_DEVICE", async () => {
    const { text } = await checkout.run({ LATENT_DEVICE: "tpu" });
    expect(text).toContain('LATENT_DEVICE must be cpu or gpu, got "tpu"; change it or leave it unset.');
  });
});

describe("concurrent and interrupted set-ups", () => {
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await sleep(20);
  };

  test("wait for each other", async () => {
    checkout.program("npm", `sleep 1\n${workingNpm}`);
    const first = checkout.begin();
    await until(() => checkout.has(".setup/lock"));
    const second = await checkout.run();
    expect(second.text).toContain(
      `Another set-up (process ${first.child.pid ?? 0}) is running in this checkout; waiting`,
    );
    expect(second.text).not.toContain("npm packages");
    expect((await first.ended).code).toBe(0);
    expect(checkout.calls().filter((call) => call.startsWith("npm"))).toHaveLength(1);
  });

  test("end all their programs on a signal, and continue on the next run", async () => {
    checkout.program("npm", `touch begun\nsleep 5\ntouch survived\n${workingNpm}`);
    const { child, ended } = checkout.begin();
    await until(() => checkout.has("begun"));
    child.kill("SIGTERM");
    const { code, text } = await ended;
    expect(code).toBe(130);
    expect(text).toContain("Set-up was interrupted (SIGTERM); run the same command again to continue.");
    expect(checkout.has(".setup/lock")).toBe(false);
    expect(checkout.has("survived")).toBe(false);
    checkout.program("npm", workingNpm);
    expect((await checkout.run()).code).toBe(0);
  });

  test("replace the lock of a killed process", async () => {
    checkout.program("npm", "touch begun\nsleep 1");
    const { child, ended } = checkout.begin();
    await until(() => checkout.has("begun"));
    child.kill("SIGKILL");
    await ended;
    expect(checkout.has(".setup/lock")).toBe(true);
    checkout.program("npm", workingNpm);
    const { code, text } = await checkout.run();
    expect(text).not.toContain("Another set-up");
    expect(code).toBe(0);
  });

  test("recreate a virtual environment that does not work", async () => {
    mkdirSync(join(checkout.folder, ".venv", "bin"), { recursive: true });
    writeFileSync(join(checkout.folder, ".venv", "bin", "python"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    expect((await checkout.run()).code).toBe(0);
    expect(checkout.calls().some((call) => call.includes("-m venv"))).toBe(true);
  });
});
