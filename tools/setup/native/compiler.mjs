import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * @param {string} command a name, or a path
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined} the path of the program that the name stands for
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
 * @returns {readonly string[] | undefined} the machine's own C++ compiler as the start of a command line
 */
export function systemCompiler(env = process.env) {
  const [named, ...flags] = (env["CXX"] ?? "").split(/\s+/).filter((word) => word !== "");
  if (named !== undefined) return [named, ...flags];
  const path = ["g++", "c++", "clang++"]
    .map((name) => findProgram(name, env))
    .find((found) => found !== undefined);
  return path === undefined ? undefined : [path];
}

/**
 * @typedef {object} Build one shared library to make
 * @property {string} platform as `process.platform` has it
 * @property {boolean} zig whether Zig's compiler does it, which wants to be told that Node's symbols come later
 * @property {readonly string[]} sources
 * @property {string} output
 * @property {readonly string[]} includes folders with headers
 * @property {readonly string[]} libraries files to link with
 * @property {readonly string[]} defines as `NAME=value`
 * @property {readonly string[]} rpaths where to look for libraries, relative to the output's folder
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
