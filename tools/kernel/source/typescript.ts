/**
 * The TypeScript inside tslab, with two of its functions wrapped before tslab loads it: cells are checked with
 * `strict`, and the source maps of both steps from a cell to the JavaScript that runs are kept.
 *
 * Import this module before `tslab/dist/converter`.
 */

import { createRequire } from "node:module";
import ts from "@tslab/typescript-for-tslab";

const NAME = "@tslab/typescript-for-tslab";
const INLINE_MAP = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;
const MAP_COMMENT = /\n?\/\/# sourceMappingURL=\S+\s*$/;

/** The source maps (JSON) of the two steps that made a piece of JavaScript. */
export interface EmittedMaps {
  /** TypeScript → ES module. */
  readonly first: string;
  /** ES module → CommonJS. */
  readonly second: string;
}

/** The maps of everything that the current conversion has emitted, by the JavaScript itself. */
export const emitted = new Map<string, EmittedMaps>();

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  alwaysStrict: false, // tslab forbids "use strict" in its output
  inlineSourceMap: true,
  moduleResolution: ts.ModuleResolutionKind.Bundler, // resolves the entries of a package, such as latent/plot
  types: ["node"], // not every package under @types that happens to be installed
};

type Wrapped = (...args: unknown[]) => unknown;

/** The callback by which TypeScript rebuilds; tslab keeps one such timer and calls it itself when a cell comes. */
const REBUILD = "updateProgramWithWatchStatus";

type Callback = (...args: unknown[]) => void;

/** The timers that tslab gives TypeScript. */
interface Timers {
  setTimeout: (callback: Callback, ms: number, ...args: unknown[]) => unknown;
  clearTimeout: (timer: unknown) => void;
}

/**
 * TypeScript starts a second kind of timer when a file that an import could resolve to appears or changes, as it does
 * after a new build of the library. tslab takes that one for a rebuild and fails; it gets a timer of its own here.
 */
const withOwnTimers = (host: Timers): void => {
  const startRebuild = host.setTimeout.bind(host);
  const clearRebuild = host.clearTimeout.bind(host);
  const others = new Map<unknown, NodeJS.Timeout>();
  host.setTimeout = (callback, ms, ...args) => {
    if (callback.name === REBUILD) return startRebuild(callback, ms, ...args);
    const timer = setTimeout(callback, ms, ...args).unref();
    others.set(timer, timer);
    return timer;
  };
  host.clearTimeout = (timer) => {
    const own = others.get(timer);
    if (own === undefined) clearRebuild(timer);
    else clearTimeout(own);
    others.delete(timer);
  };
};

const createWatchCompilerHost: Wrapped = (files, options, ...rest) => {
  // One of several overloads; tslab calls the one with root files and compiler options.
  const host = (ts.createWatchCompilerHost as unknown as Wrapped)(
    files,
    { ...(options as object), ...OPTIONS },
    ...rest,
  );
  withOwnTimers(host as Timers);
  return host;
};

const transpileModule = (input: string, options: ts.TranspileOptions): ts.TranspileOutput => {
  const inline = INLINE_MAP.exec(input);
  if (!inline?.[1]) return ts.transpileModule(input, options);
  const result = ts.transpileModule(input.slice(0, inline.index), {
    ...options,
    compilerOptions: { ...options.compilerOptions, sourceMap: true },
  });
  const outputText = result.outputText.replace(MAP_COMMENT, "\n");
  emitted.set(outputText, {
    first: Buffer.from(inline[1], "base64").toString(),
    second: result.sourceMapText ?? "",
  });
  return { ...result, outputText };
};

const load = createRequire(__filename);
const cached = load.cache[load.resolve(NAME)];
if (cached) cached.exports = { ...ts, createWatchCompilerHost, transpileModule };

export { ts };
