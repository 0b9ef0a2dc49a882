import { describe, expect, test } from "vitest";

function load() {
  return import("../../../../tools/setup/system/setup-error.mjs");
}

/** Name, shortened output of a program, and the expected cause. */
const failures: readonly (readonly [string, string, string])[] = [
  [
    "npm, disk full",
    "npm error code ENOSPC\nnpm error ENOSPC: no space left on device, write",
    "the disk is full",
  ],
  [
    "pip, disk full",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "the disk is full",
  ],
  ["g++, disk full", "fatal error: error writing to /tmp/x.s: No space left on device", "the disk is full"],
  ["a quota", "OSError: [Errno 122] Disk quota exceeded", "the disk is full"],
  [
    "npm, no name server",
    "npm error code EAI_AGAIN\nnpm error getaddrinfo EAI_AGAIN registry",
    "cannot be reached",
  ],
  [
    "npm, offline",
    "npm error code ENOTFOUND\nnpm error network This is a problem related to network connectivity.",
    "cannot be reached",
  ],
  ["npm, silence", "npm error code ERR_SOCKET_TIMEOUT", "cannot be reached"],
  [
    "pip, offline",
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError: Failed to " +
      "establish a new connection: [Errno -3] Temporary failure in name resolution'\n" +
      "ERROR: Could not find a version that satisfies the requirement jupyterlab\n" +
      "ERROR: No matching distribution found for jupyterlab",
    "cannot be reached",
  ],
  [
    "pip, a broken read",
    "pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.",
    "cannot be reached",
  ],
  ["npm, certificate", "npm error code SELF_SIGNED_CERT_IN_CHAIN", "certificate is not trusted"],
  [
    "pip, certificate",
    "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')): " +
      "Max retries exceeded",
    "certificate is not trusted",
  ],
  ["a proxy", "OSError('Tunnel connection failed: 407 Proxy Authentication Required')", "proxy refused"],
  ["npm, refused", "npm error code E403\nnpm error 403 Forbidden", "denied the download"],
  ["not writable", "npm error code EACCES\nnpm error syscall mkdir", "cannot be written"],
  ["read-only", "OSError: [Errno 30] Read-only file system: '/x/.venv'", "cannot be written"],
  ["npm, damaged", "npm error code EINTEGRITY", "is corrupt"],
  [
    "npm, lock file",
    "npm error code EUSAGE\nnpm error `npm ci` can only install packages when",
    "does not match package.json",
  ],
  [
    "pip, no wheel",
    "ERROR: No matching distribution found for tensorflow-cpu==2.21.0",
    "not available for this system",
  ],
  [
    "Debian",
    "The virtual environment was not created successfully because ensurepip is not available.",
    "no working venv module",
  ],
  ["g++, memory", "g++: fatal error: Killed signal terminated program cc1plus", "ran out of memory"],
];

describe("explain", () => {
  test.each(failures)("recognizes %s", async (_, output, cause) => {
    const { explain } = await load();
    const error = explain("installing", `some line\n${output}\n`, "log");
    expect(error.message).toMatch(/^installing failed: /);
    expect(error.cause).toContain(cause);
    expect(error.remedy).not.toBe("");
  });

  test("forms a sentence, followed by what still works", async () => {
    const { SetupError, explain } = await load();
    expect(explain("installing the npm packages", "ENOSPC", "log").sentence).toBe(
      "Installing the npm packages failed: the disk is full; " +
        "free some space (the course takes about 3 GB) and run the same command again.",
    );
    expect(new SetupError("no Python was found", "install it", "nothing runs").sentence).toBe(
      "No Python was found; install it. Until then, nothing runs.",
    );
  });

  test("names a program that is not installed", async () => {
    const { explain } = await load();
    expect(explain("installing", "spawn npm ENOENT", "log").message).toBe(
      "installing failed: the program npm is not installed; install it and run the same command again",
    );
  });

  test("otherwise quotes the first line with an error, and names the log", async () => {
    const { explain } = await load();
    const error = explain(
      "compiling",
      "start\nx.cc:3: error: expected ';'\nmore errors\n",
      ".setup/addon.log",
    );
    expect(error.message).toBe(
      "compiling failed: x.cc:3: error: expected ';'; " +
        "see the full output in .setup/addon.log, fix the problem and run the same command again",
    );
    expect(explain("compiling", "", "log").cause).toBe("compiling failed: it printed nothing");
  });
});
