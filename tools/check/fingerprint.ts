import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Build outputs that do not affect execution. */
const NOT_EXECUTED = /(\.map|\.tsbuildinfo)$/;

function filesIn(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && !NOT_EXECUTED.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [];
}

/** Names and sizes of native libraries, which are too large to hash for every check. */
function sizesIn(folder: string): string[] {
  return filesIn(folder).map((path) => `${path} ${statSync(path).size}`);
}

/** The files next to a notebook, which it may import or read. */
function neighboursOf(path: string): string[] {
  const folder = dirname(resolve(path));
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(ipynb|tmp)$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
}

/** The environment variables that affect the result. */
const SETTINGS = ["LATENT_BACKEND", "LATENT_DEVICE", "LATENT_STRICT"];

/**
 * A hash of everything that a check's result depends on: the notebook with its outputs and the files next to
 * it, the builds of the library, the kernel and this command, the data, the lock file, the backend and
 * Node.js.
 *
 * @param root the folder of the checkout.
 */
export function fingerprint(path: string, root: string): string {
  const hash = createHash("sha256");
  const add = (name: string, content: string | Buffer): void => {
    hash.update(`${name}\0${Buffer.byteLength(content)}\0`).update(content);
  };
  const tools = ["kernel", "common", "protocol", "notebook", "execution", "check"];
  const built = ["lib/dist", ...tools.map((room) => `tools/dist/${room}`), "data"];
  const read = [
    resolve(path),
    ...neighboursOf(path),
    ...built.flatMap((folder) => filesIn(join(root, folder))),
    join(root, "package-lock.json"),
  ];
  for (const file of read) add(file, existsSync(file) ? readFileSync(file) : "");
  add("native", sizesIn(join(root, ".native", "addon")).join("\n"));
  for (const name of SETTINGS) add(name, process.env[name] ?? "");
  add("node", `${process.version} ${process.platform} ${process.arch}`);
  return hash.digest("hex");
}

/** The name of the cache file for a notebook on the current backend. */
export function passName(path: string): string {
  const place = createHash("sha256").update(resolve(path)).digest("hex").slice(0, 8);
  return `${basename(path, ".ipynb")}-${process.env["LATENT_BACKEND"] || "default"}-${place}.json`;
}
