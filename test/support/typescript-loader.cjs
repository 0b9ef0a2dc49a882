// Lets a child process of plain Node require the sources: `node --require test/support/typescript-loader.cjs`.
const { readFileSync } = require("node:fs");
const process = require("node:process");
const ts = require("typescript");

/** @type {(module: { _compile(code: string, file: string): void }, file: string) => void} */
const loadTypeScript = (module, file) => {
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
    fileName: file,
    compilerOptions: { module: ts.ModuleKind.Node16, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  module._compile(outputText, file);
};
/** @type {Record<string, unknown>} */ (require.extensions)[".ts"] = loadTypeScript;

// What HIDE names seems not to be there: the compiled addon (native), TensorFlow's own libraries, the package webgpu, wasm.
const hidden = (process.env["HIDE"] ?? "").split(",");
if (hidden.includes("native")) {
  const fs = require("node:fs");
  const { existsSync } = fs;
  fs.existsSync = (path) => !String(path).endsWith("tfjs_binding.node") && existsSync(path);
}
if (hidden.includes("libraries"))
  process.dlopen = () => {
    throw new Error("libtensorflow_cc.so.2: cannot open shared object file: No such file or directory");
  };
const dawn = process.env["DAWN"]; // another module in the place of the package webgpu
if (hidden.includes("webgpu") || dawn !== undefined) {
  /** @type {unknown} */
  const Module = require("node:module");
  const resolver = /** @type {{ _resolveFilename(request: string, ...rest: unknown[]): string }} */ (Module);
  const resolve = resolver._resolveFilename.bind(resolver);
  resolver._resolveFilename = (request, ...rest) => {
    if (request !== "webgpu") return resolve(request, ...rest);
    if (dawn === undefined) throw new Error("Cannot find module 'webgpu'");
    return dawn;
  };
}
if (hidden.includes("wasm"))
  Object.assign(Reflect.get(globalThis, "WebAssembly"), {
    instantiate: () => Promise.reject(new Error("no WebAssembly")),
  });
