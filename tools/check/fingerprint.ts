import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Build outputs that say nothing of what runs. */
const IDLE = /(\.map|\.tsbuildinfo)$/;

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && !IDLE.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [];

/** Native libraries are too large to read each time; name and size tell one build from another. */
const sizesIn = (folder: string): string[] => filesIn(folder).map((path) => `${path} ${statSync(path).size}`);

/** Files beside a notebook, which it may import or read. */
const neighboursOf = (path: string): string[] => {
  const folder = dirname(resolve(path));
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(ipynb|tmp)$/.test(entry.name))
    .map(({ name }) => join(folder, name))
    .sort();
};

/** The settings that choose the backend. */
const SETTINGS = ["LATENT_BACKEND", "LATENT_DEVICE", "LATENT_STRICT"];

/**
 * What the result of a check depends on, as one hash: the notebook with its outputs and the files beside it, the
 * builds of the library, of the kernel and of this command, the data, the lock file, the backend and Node.js.
 *
 * @param root the checkout.
 */
export const fingerprint = (path: string, root: string): string => {
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
};

/** The name under which a notebook's last pass on the current backend is remembered. */
export const passName = (path: string): string => {
  const place = createHash("sha256").update(resolve(path)).digest("hex").slice(0, 8);
  return `${basename(path, ".ipynb")}-${process.env["LATENT_BACKEND"] || "default"}-${place}.json`;
};
