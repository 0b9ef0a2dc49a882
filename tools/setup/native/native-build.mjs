import { existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runProgram } from "../system/run-program.mjs";
import { compilerArguments, systemCompiler } from "./compiler.mjs";
import { SetupError } from "../system/setup-error.mjs";
import { checkout, folders, projectEnvironment, venvPython } from "../system/paths.mjs";
import { pip } from "../python/pip.mjs";

/** The C++ that becomes the addon; it includes tfjs-node's own sources. */
const addonSources = ["lib/native/binding.cc"];
/** The C++ of the small addon that Node loads first, and that loads the other. */
const loaderSources = ["lib/native/loader.cc"];

/** The file names of the two. */
export const addonName = "latent_tensorflow.so";
export const loaderName = "tfjs_binding.node";

/** The npm package whose addon this is. */
export const tfjsNode = join(folders.nodeModules, "@tensorflow", "tfjs-node-gpu");

const zigPackage = "ziglang==0.17.0";
const zigFolder = join(folders.cache, "zig");

/**
 * Compiles both addons with the machine's compiler; where there is none, or it fails, with one in a Python package.
 *
 * @param {string} folder where they go
 * @param {string} log
 * @param {(text: string) => void} note
 */
export async function buildAddons(folder, log, note) {
  const own = systemCompiler();
  /** @type {unknown} */
  let failure;
  if (own !== undefined) {
    note(`with ${own.join(" ")}`);
    failure = await compile(own, false, folder, log).then(
      () => undefined,
      (error) => error,
    );
    if (failure === undefined) return;
  }
  try {
    note(`fetching a C++ compiler (${zigPackage})`);
    await pip(["install", "--upgrade", "--target", zigFolder, zigPackage], {
      doing: "fetching a C++ compiler",
      log,
    });
    note("with Zig's compiler, some minutes the first time");
    await compile([venvPython, "-m", "ziglang", "c++"], true, folder, log);
    rmSync(join(folders.cache, "zig-build"), { recursive: true, force: true }); // a standard library, built from source
  } catch (error) {
    throw failure ?? error; // the machine's own compiler is the one to mend
  }
}

/**
 * @param {readonly string[]} compiler
 * @param {boolean} zig
 * @param {string} folder
 * @param {string} log
 */
async function compile(compiler, zig, folder, log) {
  const libraries = tensorflowLibraries();
  const headers = createRequire(join(checkout, "tools", "package.json"))("node-api-headers").include_dir;
  const common = {
    platform: process.platform,
    zig,
    includes: [headers, tfjsNode, join(folders.native, "tensorflow", "include")],
  };
  const inCheckout = (/** @type {string} */ file) => join(checkout, file);
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
    await runProgram(command, [...first, ...compilerArguments(build)], {
      doing: "compiling the native addon",
      log,
      env: { ...projectEnvironment(), PYTHONPATH: zigFolder },
    });
}

/** The two libraries, by the names that the platform gives them. */
function tensorflowLibraries() {
  const folder = join(folders.native, "tensorflow");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const libraries = names.filter((name) => /^libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/.test(name));
  if (libraries.length === 2) return libraries.map((name) => join(folder, name));
  throw new SetupError("TensorFlow's libraries are not there", "run `npx latent setup` to fetch them");
}
