import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeCheckout, goodNpm, goodPython, type FakeCheckout } from "./support/fake-checkout.js";

let checkout: FakeCheckout;

beforeEach(() => (checkout = fakeCheckout()));
afterEach(() => {
  checkout.remove();
});

const wasmNote =
  "Until then notebooks run on the wasm backend, several times slower. Retry: npx latent setup";
function fails(text: string): string {
  return `echo "${text}" >&2\nexit 1`;
}

describe("a set-up that goes well", () => {
  test("does every step once, and the second time nothing", async () => {
    const first = await checkout.run();
    expect(first.text).toMatch(
      /\[1\/6\] npm packages: done[^]*\[4\/6\] TypeScript kernel: done[^]*Set-up is complete\./,
    );
    expect(first.code).toBe(0);
    expect(checkout.calls().length).toBeGreaterThan(4);
    // The stand-in compiler makes no real addon: that much is tried again by `latent setup`, and only that.
    const second = await checkout.run();
    expect(second.text).not.toContain("npm packages");
    expect(checkout.calls().filter((call) => !call.startsWith("g++") && !call.includes("ziglang"))).toEqual(
      [],
    );
  });

  test("writes nothing into the home folder, and registers the kernel in the checkout", async () => {
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

  test("redoes the step whose input changed", async () => {
    await checkout.run();
    checkout.calls();
    writeFileSync(join(checkout.folder, "requirements.txt"), "jupyterlab==1.0\n");
    const { text } = await checkout.run();
    expect(text).toContain("[3/6] Python packages (JupyterLab): done");
    expect(text).not.toMatch(/npm packages|TensorFlow 2/);
    expect(checkout.calls().filter((call) => call.includes("-m venv"))).toEqual([]); // the old one still works
  });

  test("redoes what was deleted", async () => {
    await checkout.run();
    rmSync(join(checkout.folder, ".venv"), { recursive: true });
    const { text } = await checkout.run();
    expect(text).toContain("Python packages (JupyterLab): done");
    expect(text).toContain("TypeScript kernel: done");
    expect(text).not.toContain("npm packages");
  });
});

describe("what is needed and missing", () => {
  const stops = async (message: string): Promise<void> => {
    const { code, text } = await checkout.run();
    expect(text).toContain(message);
    expect(code).toBe(1);
  };

  test("says that the disk is full while npm writes, and goes on from there later", async () => {
    checkout.program("npm", fails("npm error code ENOSPC"));
    await stops("Installing the npm packages failed: the disk is full; free some space");
    expect(readdirSync(join(checkout.folder, ".setup")).filter((name) => !name.endsWith(".log"))).toEqual([]);
    checkout.program("npm", goodNpm);
    expect((await checkout.run()).code).toBe(0);
  });

  test("says that the network is missing", async () => {
    checkout.program("npm", fails("npm error code ENOTFOUND"));
    await stops(
      "Installing the npm packages failed: the package registry cannot be reached; check the network connection " +
        "and run the same command again. Without it: nothing runs without these packages.",
    );
  });

  test("believes no program that left its work undone", async () => {
    checkout.program("npm", "exit 0");
    await stops("Setting up the npm packages failed: it left out node_modules/.package-lock.json;");
  });

  test("says that Python is missing, after all that goes without it", async () => {
    checkout.without("python3");
    await stops("No Python was found; install Python 3.10 or newer");
    expect(checkout.has("tools/dist/bin/cli.js")).toBe(true);
    checkout.program("python3", goodPython);
    checkout.calls();
    expect((await checkout.run()).code).toBe(0);
    expect(checkout.calls().filter((call) => call.startsWith("npm"))).toEqual([]);
  });

  test("says that the venv module is missing, also when Python notices late", async () => {
    const late = `case "$*" in *importlib*) echo "3.11.2 True" ;; *) ${fails("ensurepip is not available.")} ;; esac`;
    checkout.program("python3", late);
    await stops(
      "Making the virtual environment failed: this Python has no working venv module; install it (on Debian and " +
        "Ubuntu: `sudo apt install python3-venv`) and run the same command again. " +
        "Without it: notebooks still run headless: npx latent run notebooks/NAME.ipynb.",
    );
  });

  test("says that the disk is full while pip writes", async () => {
    const full = `case "$*" in *"pip install"*) ${fails("[Errno 28] No space left on device")} ;; esac`;
    checkout.program("python3", `${goodPython}\n${full}`);
    await stops("Installing the Python packages failed: the disk is full;");
    expect(checkout.has(".setup/python-packages.json")).toBe(false);
  });

  test("names the line that does not compile", async () => {
    const broken = `${goodNpm}\necho 'console.log("lib/a.ts(3,5): error TS2322: No good."); process.exit(2)' > node_modules/typescript/bin/tsc`;
    checkout.program("npm", broken);
    await stops(
      "Line 3 of lib/a.ts has a type error: No good; mend that line and run the same command again.",
    );
  });
});

describe("the native backend", () => {
  test("is done without when it cannot be downloaded, said each time, and tried again on request only", async () => {
    const offline = `case "$*" in *"pip download"*) ${fails("Temporary failure in name resolution")} ;; esac`;
    checkout.program("python3", `${offline}\n${goodPython}`);
    const first = await checkout.run();
    const why = "downloading TensorFlow failed: the package registry cannot be reached";
    expect(first.text).toContain(
      `${why}; check the network connection and run the same command again. ${wasmNote}`,
    );
    expect(first.code).toBe(0);

    const test = await checkout.run({}, ["setup/test.mjs", "--only", "types"]);
    expect(test.text).toContain(`The native backend is missing: ${why}`);
    expect(test.text).not.toContain("[5/6]");
    expect(test.text.trimEnd().split("\n").at(-1)).toBe("1 passed, 0 failed");
    checkout.calls();
    const again = await checkout.run();
    expect(again.text).toContain("[5/6] TensorFlow");
    expect(checkout.calls().filter((call) => call.includes("pip download"))).toHaveLength(1);
  });

  test("is done without where TensorFlow has no library", async () => {
    const none = fails("ERROR: No matching distribution found for tensorflow-cpu==2.21.0");
    checkout.program("python3", `case "$*" in *"pip download"*) ${none} ;; esac\n${goodPython}`);
    const { code, text } = await checkout.run();
    expect(text).toContain("downloading TensorFlow failed: a package is not offered for this system;");
    expect(text).toContain(wasmNote);
    expect(code).toBe(0);
  });

  test("is done without when no compiler is there and none can be had", async () => {
    checkout.without("g++");
    const offline = `case "$*" in *ziglang*) ${fails("Network is unreachable")} ;; esac`;
    checkout.program("python3", `${offline}\n${goodPython}`);
    const { code, text } = await checkout.run();
    expect(text).toContain("fetching a C++ compiler failed: the package registry cannot be reached;");
    expect(text).toContain(wasmNote);
    expect(code).toBe(0);
  });

  test("is tried out before it is put in place", async () => {
    const { text } = await checkout.run();
    expect(text).toMatch(
      /loading the native addon failed: .*(file too short|invalid ELF|not a mach-o|slice is not valid)/i,
    );
    expect(checkout.has("node_modules/@tensorflow/tfjs-node-gpu/lib")).toBe(false);
  });

  test("says that LATENT_DEVICE is not understood", async () => {
    const { text } = await checkout.run({ LATENT_DEVICE: "tpu" });
    expect(text).toContain('LATENT_DEVICE must be cpu or gpu, got "tpu"; change it or leave it unset.');
  });
});

describe("two at once, and interruptions", () => {
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await sleep(20);
  };

  test("lets the second wait for the first", async () => {
    checkout.program("npm", `sleep 1\n${goodNpm}`);
    const first = checkout.begin();
    await until(() => checkout.has(".setup/lock"));
    const second = await checkout.run();
    expect(second.text).toContain(
      `Another set-up (process ${first.child.pid ?? 0}) is at work here; waiting`,
    );
    expect(second.text).not.toContain("npm packages");
    expect((await first.ended).code).toBe(0);
    expect(checkout.calls().filter((call) => call.startsWith("npm"))).toHaveLength(1);
  });

  test("ends on a signal with all that it started, and goes on from there", async () => {
    checkout.program("npm", `touch begun\nsleep 5\ntouch survived\n${goodNpm}`);
    const { child, ended } = checkout.begin();
    await until(() => checkout.has("begun"));
    child.kill("SIGTERM");
    const { code, text } = await ended;
    expect(code).toBe(130);
    expect(text).toContain("Set-up was interrupted (SIGTERM); the same command goes on from here.");
    expect(checkout.has(".setup/lock")).toBe(false);
    expect(checkout.has("survived")).toBe(false);
    checkout.program("npm", goodNpm);
    expect((await checkout.run()).code).toBe(0);
  });

  test("takes over after a process that was killed", async () => {
    checkout.program("npm", "touch begun\nsleep 1");
    const { child, ended } = checkout.begin();
    await until(() => checkout.has("begun"));
    child.kill("SIGKILL");
    await ended;
    expect(checkout.has(".setup/lock")).toBe(true);
    checkout.program("npm", goodNpm);
    const { code, text } = await checkout.run();
    expect(text).not.toContain("Another set-up");
    expect(code).toBe(0);
  });

  test("begins the virtual environment anew when it was left half-made", async () => {
    mkdirSync(join(checkout.folder, ".venv", "bin"), { recursive: true });
    writeFileSync(join(checkout.folder, ".venv", "bin", "python"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    expect((await checkout.run()).code).toBe(0);
    expect(checkout.calls().some((call) => call.includes("-m venv"))).toBe(true);
  });
});
