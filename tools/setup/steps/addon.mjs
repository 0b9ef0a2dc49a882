import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runCommand } from "../command.mjs";
import { compilerArguments, systemCompiler } from "../compiler.mjs";
import { SetupError } from "../failure.mjs";
import { checkout, folders, projectEnvironment, venvPython } from "../paths.mjs";
import { digest, filesUnder, readStamp, writeWhole } from "../stamp.mjs";
import { logOf } from "./step.mjs";
import { tensorflow } from "./tensorflow.mjs";

/** The C++ that becomes the addon; it includes tfjs-node's own sources. */
const addonSources = ["lib/native/binding.cc"];
/** The C++ of the small addon that Node loads first, and that loads the other. */
const loaderSources = ["lib/native/loader.cc"];

const zigPackage = "ziglang==0.17.0";
const zigFolder = join(folders.cache, "zig");

const tfjs = join(folders.nodeModules, "@tensorflow", "tfjs-node-gpu");
const built = join(folders.native, "addon");
const addonName = "latent_tensorflow.so";
const loaderName = "tfjs_binding.node";
/** Where tfjs-node looks for its addon; `npm ci` empties it. */
const placed = join(tfjs, "lib", "napi-v8", loaderName);

/** tfjs-node's addon, compiled against TensorFlow's libraries. @type {import("./step.mjs").Step} */
export const addon = {
  name: "addon",
  title: () => "native addon (compiling)",
  key: () =>
    digest(
      ["3", process.platform, process.arch, process.env["CXX"] ?? "", readStamp(tensorflow.name)?.key ?? ""],
      [
        ...filesUnder(join(checkout, "lib", "native"), /\.(cc|h)$/),
        ...filesUnder(join(tfjs, "binding"), /\.(cc|h)$/),
        join(folders.nodeModules, "node-api-headers", "package.json"),
      ],
    ),
  outputs: [join(built, addonName), join(built, loaderName)],
  optional: true,
  without: "notebooks run on the wasm backend, several times slower",
  async run(note) {
    const fresh = join(folders.native, "addon.new");
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    await compileWithAny(fresh, note);
    await runCommand(
      process.execPath,
      ["-e", "require(process.argv[1]).TF_Version", join(fresh, loaderName)],
      {
        doing: "loading the native addon",
        log: logOf(addon.name),
      },
    );
    rmSync(built, { recursive: true, force: true });
    renameSync(fresh, built);
    placeLoader();
  },
  place: placeLoader,
};

/** Puts a copy of the loader where tfjs-node looks; as a new file, since the old one may be in use. */
function placeLoader() {
  const source = join(built, loaderName);
  if (!existsSync(source) || !existsSync(tfjs)) return;
  const content = readFileSync(source);
  if (existsSync(placed) && readFileSync(placed).equals(content)) return;
  writeWhole(placed, content, 0o755);
}

/**
 * Compiles with the machine's compiler; where there is none, or it fails, with the one in a Python package.
 *
 * @param {string} folder
 * @param {(text: string) => void} note
 */
async function compileWithAny(folder, note) {
  const own = systemCompiler();
  /** @type {unknown} */
  let failure;
  if (own !== undefined) {
    note(`with ${own.join(" ")}`);
    failure = await compile(own, false, folder).then(
      () => undefined,
      (error) => error,
    );
    if (failure === undefined) return;
  }
  try {
    note(`fetching a C++ compiler (${zigPackage})`);
    const install = [
      "-m",
      "pip",
      "install",
      "--progress-bar=off",
      "--upgrade",
      "--target",
      zigFolder,
      zigPackage,
    ];
    await runCommand(venvPython, install, { doing: "fetching a C++ compiler", log: logOf(addon.name) });
    note("with Zig's compiler, some minutes the first time");
    await compile([venvPython, "-m", "ziglang", "c++"], true, folder);
    rmSync(join(folders.cache, "zig-build"), { recursive: true, force: true }); // a standard library, built from source
  } catch (error) {
    throw failure ?? error; // the machine's own compiler is the one to mend
  }
}

/**
 * @param {readonly string[]} compiler
 * @param {boolean} zig
 * @param {string} folder
 */
async function compile(compiler, zig, folder) {
  const libraries = tensorflowLibraries();
  const headers = createRequire(join(checkout, "tools", "package.json"))("node-api-headers").include_dir;
  const includes = [headers, tfjs, join(folders.native, "tensorflow", "include")];
  const inCheckout = (/** @type {string} */ file) => join(checkout, file);
  const common = { platform: process.platform, zig, includes };
  const builds = [
    {
      ...common,
      sources: addonSources.map(inCheckout),
      output: join(folder, addonName),
      libraries,
      defines: [],
      rpaths: ["../tensorflow"],
    },
    {
      ...common,
      sources: loaderSources.map(inCheckout),
      output: join(folder, loaderName),
      libraries: [],
      defines: [`LATENT_ADDON="${process.platform === "darwin" ? "@rpath/" : ""}${addonName}"`],
      rpaths: [".", "../../../../../.native/addon"], // where it is tried out, and from where it is placed
    },
  ];
  const [command = "", ...first] = compiler;
  for (const build of builds)
    await runCommand(command, [...first, ...compilerArguments(build)], {
      doing: "compiling the native addon",
      log: logOf(addon.name),
      env: { ...projectEnvironment(), PYTHONPATH: zigFolder },
    });
}

/** The two libraries, by the names that the platform gives them. */
function tensorflowLibraries() {
  const folder = join(folders.native, "tensorflow");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const libraries = names.filter((name) => /^libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/.test(name));
  if (libraries.length === 2) return libraries.map((name) => join(folder, name));
  throw new SetupError("TensorFlow's libraries are not there", `see above, or ${logOf(tensorflow.name)}`);
}
