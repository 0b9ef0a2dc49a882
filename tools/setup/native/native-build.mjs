import { existsSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runProgram } from "../system/run-program.mjs";
import { compilerArguments, systemCompiler } from "./compiler.mjs";
import { SetupError } from "../system/setup-error.mjs";
import { checkout, folders, projectEnvironment, venvPython } from "../system/paths.mjs";
import { pip } from "../python/pip.mjs";

/** The C++ sources of the addon, which include those of tfjs-node. */
const addonSources = ["lib/native/binding.cc"];
/** The C++ sources of the loader, a small addon that Node.js loads first and that loads the other. */
const loaderSources = ["lib/native/loader.cc"];

/** The file names of the addon and the loader. */
export const addonName = "latent_tensorflow.so";
export const loaderName = "tfjs_binding.node";

/** The npm package whose addon this is. */
export const tfjsNode = join(folders.nodeModules, "@tensorflow", "tfjs-node-gpu");

const zigPackage = "ziglang==0.17.0";
const zigFolder = join(folders.cache, "zig");

/**
 * Compiles both addons with the machine's compiler or, if there is none or it fails, with Zig from a Python
 * package.
 *
 * @param {string} folder the folder for the compiled addons
 * @param {string} log
 * @param {(text: string) => void} note
 */
export async function buildAddons(folder, log, note) {
  const compiler = systemCompiler();
  /** @type {unknown} */
  let failure;
  if (compiler !== undefined) {
    note(`with ${compiler.join(" ")}`);
    failure = await compile(compiler, false, folder, log).then(
      () => undefined,
      (error) => error,
    );
    if (failure === undefined) return;
  }
  try {
    note(`downloading a C++ compiler (${zigPackage})`);
    await pip(["install", "--upgrade", "--target", zigFolder, zigPackage], {
      activity: "downloading a C++ compiler",
      log,
    });
    note("with Zig, a few minutes");
    await compile([venvPython, "-m", "ziglang", "c++"], true, folder, log);
    rmSync(join(folders.cache, "zig-build"), { recursive: true, force: true });
  } catch (error) {
    throw failure ?? error; // the failure of the machine's compiler is the one to fix
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
      rpaths: [".", "../../../../../.native/addon"], // its folder when tested, and after it is placed
    },
  ];
  const [command = "", ...first] = compiler;
  for (const build of builds)
    await runProgram(command, [...first, ...compilerArguments(build)], {
      activity: "compiling the native addon",
      log,
      env: { ...projectEnvironment(), PYTHONPATH: zigFolder },
    });
}

/** Returns the paths of TensorFlow's two libraries, whose names depend on the platform. */
function tensorflowLibraries() {
  const folder = join(folders.native, "tensorflow");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const libraries = names.filter((name) => /^libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$/.test(name));
  if (libraries.length === 2) return libraries.map((name) => join(folder, name));
  throw new SetupError("TensorFlow's libraries are missing", "run `npx latent setup` to download them");
}
