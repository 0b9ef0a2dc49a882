import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * @param {string} command a name or a path
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} the path of the program, if it exists and is executable
 */
export function findProgram(command, env = process.env) {
  const places = command.includes("/")
    ? [""]
    : (env["PATH"] ?? "").split(delimiter).filter((place) => place !== "");
  return places.map((place) => join(place, command)).find(isProgram);
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {readonly string[] | undefined} the command of the machine's C++ compiler, with the flags in CXX
 */
export function systemCompiler(env = process.env) {
  const [configured, ...flags] = (env["CXX"] ?? "").split(/\s+/).filter((word) => word !== "");
  if (configured !== undefined) return [configured, ...flags];
  const path = ["g++", "c++", "clang++"]
    .map((name) => findProgram(name, env))
    .find((found) => found !== undefined);
  return path === undefined ? undefined : [path];
}

/**
 * @typedef {object} Build a shared library to compile
 * @property {string} platform the value of `process.platform`
 * @property {boolean} zig whether the compiler is Zig, whose linker must be told that Node.js provides some
 *   symbols
 * @property {readonly string[]} sources
 * @property {string} output
 * @property {readonly string[]} includes folders with headers
 * @property {readonly string[]} libraries files to link with
 * @property {readonly string[]} defines as `NAME=value`
 * @property {readonly string[]} rpaths the folders to search for libraries, relative to that of the output
 */

/**
 * @param {Build} build
 * @returns {string[]} the arguments for g++, clang++ or Zig's `c++`
 */
export function compilerArguments({ platform, zig, sources, output, includes, libraries, defines, rpaths }) {
  const mac = platform === "darwin";
  return [
    "-std=c++17",
    "-O2",
    "-fPIC",
    "-shared",
    "-DNAPI_VERSION=8",
    ...defines.map((define) => `-D${define}`),
    ...includes.map((folder) => `-I${folder}`),
    ...sources,
    "-o",
    output,
    ...libraries,
    ...rpaths.map((rpath) => `-Wl,-rpath,${mac ? "@loader_path" : "$ORIGIN"}/${rpath}`),
    ...(mac ? ["-undefined", "dynamic_lookup"] : []),
    ...(zig && !mac ? ["-Wl,--allow-shlib-undefined", "-Wl,-z,undefs"] : []),
  ];
}
