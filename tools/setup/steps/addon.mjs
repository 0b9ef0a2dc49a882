import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../system/run-program.mjs";
import { addonName, buildAddons, loaderName, tfjsNode } from "../native/native-build.mjs";
import { checkout, folders } from "../system/paths.mjs";
import { digest, filesUnder, readStamp } from "../system/stamp.mjs";
import { writeAtomic } from "../system/write-atomic.mjs";
import { logOf } from "./step.mjs";
import { tensorflow } from "./tensorflow.mjs";

const built = join(folders.native, "addon");
/** The path where tfjs-node looks for its addon; `npm ci` deletes it. */
const placed = join(tfjsNode, "lib", "napi-v8", loaderName);

/** Compiles tfjs-node's addon against TensorFlow's libraries. @type {import("./step.mjs").Step} */
export const addon = {
  name: "addon",
  title: () => "native addon (compiling)",
  key: () =>
    digest(
      ["3", process.platform, process.arch, process.env["CXX"] ?? "", readStamp(tensorflow.name)?.key ?? ""],
      [
        ...filesUnder(join(checkout, "lib", "native"), /\.(cc|h)$/),
        ...filesUnder(join(tfjsNode, "binding"), /\.(cc|h)$/),
        join(folders.nodeModules, "node-api-headers", "package.json"),
      ],
    ),
  outputs: [join(built, addonName), join(built, loaderName)],
  optional: true,
  product: "native backend",
  fallback: "notebooks run on the wasm backend, several times slower",
  async run(note) {
    for (const name of readdirSync(folders.native).filter((name) => /^addon\.\d+$/.test(name)))
      rmSync(join(folders.native, name), { recursive: true });
    const fresh = join(folders.native, `addon.${process.pid}`);
    mkdirSync(fresh);
    try {
      await buildAddons(fresh, logOf(addon.name), note);
      await runProgram(process.execPath, ["-e", "require(process.argv[1])", join(fresh, loaderName)], {
        activity: "loading the native addon",
        log: logOf(addon.name),
      });
      rmSync(built, { recursive: true, force: true });
      renameSync(fresh, built);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    placeLoader();
  },
  place: placeLoader,
};

/** Copies the loader to where tfjs-node looks for it, as a new file because the old one may be in use. */
function placeLoader() {
  const source = join(built, loaderName);
  if (!existsSync(source) || !existsSync(tfjsNode)) return;
  const content = readFileSync(source);
  if (existsSync(placed) && readFileSync(placed).equals(content)) return;
  writeAtomic(placed, content, 0o755);
}
