/** A copy of set-up in a temporary folder, with fake programs instead of npm, Python and the compiler. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The exit code and output of set-up. */
export interface Outcome {
  readonly code: number | null;
  readonly text: string;
}

/** A temporary checkout in which set-up runs. */
export interface FakeCheckout {
  readonly folder: string;
  readonly home: string;
  /** Replaces a program on the PATH by a shell script, whose calls are recorded. */
  readonly program: (name: string, script: string) => void;
  /** Removes a program from the PATH. */
  readonly removeProgram: (name: string) => void;
  /** Returns and clears the recorded calls, one command line per entry. */
  readonly calls: () => string[];
  /** Starts a script of tools/, by default `latent setup`. */
  readonly begin: (env?: NodeJS.ProcessEnv, args?: readonly string[]) => Begun;
  readonly run: (env?: NodeJS.ProcessEnv, args?: readonly string[]) => Promise<Outcome>;
  readonly has: (path: string) => boolean;
  readonly remove: () => void;
}

/** A running set-up. */
export interface Begun {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
}

/**
 * A fake npm that installs what later steps need, such as a TypeScript compiler that writes the built files.
 */
export const workingNpm = `
mkdir -p node_modules/latent node_modules/typescript/bin node_modules/node-api-headers
echo '{}' > node_modules/.package-lock.json
echo '{"name":"node-api-headers","main":"i.js"}' > node_modules/node-api-headers/package.json
echo 'exports.include_dir = "/headers";' > node_modules/node-api-headers/i.js
cat > node_modules/typescript/bin/tsc <<'END'
const { mkdirSync, writeFileSync } = require("node:fs");
const folder = process.argv[3] + "/dist";
mkdirSync(folder + "/bin", { recursive: true });
for (const name of ["index.js", "bin/cli.js"]) writeFileSync(folder + "/" + name, "console.log('built')");
END`;

/** A fake Python that supports set-up's probe, venv, pip and the script that unpacks wheels. */
export const workingPython = `
case "$*" in
  *importlib.util*) echo "3.12.1 True" ;;
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *"pip download"*)
    while [ "$1" != --dest ]; do shift; done
    touch "$2/tensorflow.whl" ;;
  *zipfile*)
    mkdir -p "$4/tensorflow/include/tensorflow/c"
    touch "$4/tensorflow/include/tensorflow/c/c_api.h"
    touch "$4/tensorflow/libtensorflow_cc.so.2" "$4/tensorflow/libtensorflow_framework.so.2" ;;
esac`;

/**
 * Creates a checkout whose fake programs all succeed; the file that the compiler creates is not a working
 * addon.
 */
export function fakeCheckout(): FakeCheckout {
  const parent = mkdtempSync(join(tmpdir(), "latent set-up ")); // with spaces, which must not matter
  const [folder, home, bin] = ["checkout", "home", "bin"].map((name) => join(parent, name)) as [
    string,
    string,
    string,
  ];
  const calls = join(parent, "calls");
  for (const path of [folder, home, bin]) mkdirSync(path);
  for (const path of [
    "tools/setup",
    "tools/bin",
    "lib/native",
    "requirements.txt",
    "requirements-atari.txt",
    "tools/package.json",
  ])
    cpSync(path, join(folder, path), { recursive: true });
  for (const path of ["package.json", "package-lock.json", "lib/package.json", "tsconfig.json"])
    writeFileSync(join(folder, path), "{}");
  for (const name of ["sh", "mkdir", "cp", "cat", "touch", "sleep"])
    symlinkSync(which(name), join(bin, name));

  const program = (name: string, script: string): void => {
    const path = join(bin, name);
    writeFileSync(
      path,
      `#!/bin/sh\necho "${name} $*" | { read -r line; echo "$line"; } >> "${calls}"\n${script}\n`,
    );
    chmodSync(path, 0o755);
  };
  program("npm", workingNpm);
  program("python3", workingPython);
  program("g++", `while [ $# -gt 0 ]; do if [ "$1" = -o ]; then touch "$2"; fi; shift; done`);

  const begin: FakeCheckout["begin"] = (env = {}, [script = "", ...args] = ["bin/latent.mjs", "setup"]) => {
    const child = spawn(process.execPath, [join(folder, "tools", script), ...args], {
      cwd: home,
      env: { PATH: bin, HOME: home, LATENT_DEVICE: "cpu", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    const take = (chunk: Buffer): void => void (text += chunk.toString());
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    return { child, ended: new Promise((done) => child.on("close", (code) => done({ code, text }))) };
  };
  return {
    folder,
    home,
    program,
    removeProgram: (name) => rmSync(join(bin, name)),
    calls: () => {
      const lines = existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
      rmSync(calls, { force: true });
      return lines;
    },
    begin,
    run: (env, args) => begin(env, args).ended,
    has: (path) => existsSync(join(folder, path)),
    remove: () => rmSync(parent, { recursive: true }),
  };
}

function which(name: string): string {
  const place = ["/bin", "/usr/bin"].find((folder) => existsSync(join(folder, name)));
  if (place === undefined) throw new Error(`fakeCheckout: this system has no ${name}`);
  return join(place, name);
}
