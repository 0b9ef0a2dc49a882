/**
 * tslab's TypeScript, with three functions wrapped before tslab loads it: cells are checked with `strict`,
 * and its program and the results of both steps from a cell to the running JavaScript are kept.
 *
 * Import this module before `tslab/dist/converter`.
 */

import { createRequire } from "node:module";
import ts from "@tslab/typescript-for-tslab";

const NAME = "@tslab/typescript-for-tslab";
const INLINE_MAP = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;
const MAP_COMMENT = /\n?\/\/# sourceMappingURL=\S+\s*$/;

/** The results of the two compilation steps, TypeScript → ES module → CommonJS. */
export interface Emitted {
  /** The ES module. */
  readonly module: string;
  /** The source map (JSON) of the first step. */
  readonly first: string;
  /** The JavaScript. */
  readonly js: string;
  /** The source map (JSON) of the second step. */
  readonly second: string;
  /** Repeats the second step for another module. */
  readonly again: (module: string) => Pick<Emitted, "js" | "second">;
}

/** All code emitted by the current conversion, keyed by its JavaScript. */
export const emitted = new Map<string, Emitted>();

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  alwaysStrict: false, // tslab rejects "use strict" in its output
  inlineSourceMap: true,
  moduleResolution: ts.ModuleResolutionKind.Bundler, // resolves the entries of a package, such as latent/plot
  allowImportingTsExtensions: true, // files are converted when they are imported, as by Node.js and Deno
  types: ["node"], // not every installed package under @types
};

type Wrapped = (...args: unknown[]) => unknown;

/** The name of the callback that rebuilds; tslab keeps one such timer and calls it when a cell arrives. */
const REBUILD = "updateProgramWithWatchStatus";

type Callback = (...args: unknown[]) => void;

/** The timer functions that tslab passes to TypeScript. */
interface Timers {
  setTimeout: (callback: Callback, ms: number, ...args: unknown[]) => unknown;
  clearTimeout: (timer: unknown) => void;
}

/**
 * Gives timers other than the rebuild their own implementation. TypeScript starts a second kind of timer when
 * a file that an import could resolve to appears or changes, as after a build of the library; tslab would
 * mistake it for a rebuild and fail.
 */
function separateTimers(host: Timers): void {
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
}

/** The files that TypeScript has found for the imports of a file, a property that its types leave out. */
interface WithImports {
  readonly resolvedModules?: {
    readonly forEach: (
      visit: (found: { readonly resolvedModule?: { readonly resolvedFileName: string } }) => void,
    ) => void;
  };
}

/** The names of a file and of the files that it imports, which files of declarations end. */
function dependencies(program: ts.Program, file: ts.SourceFile): string[] {
  const found = new Set([file.fileName]);
  for (const name of found) {
    const source = program.getSourceFile(name);
    if (!source || source.isDeclarationFile) continue;
    (source as WithImports).resolvedModules?.forEach(({ resolvedModule }) => {
      if (resolvedModule) found.add(resolvedModule.resolvedFileName);
    });
  }
  return [...found];
}

/** A function of TypeScript that its types leave out: it finds the names that a file declares. */
const { bindSourceFile } = ts as unknown as {
  readonly bindSourceFile: (file: ts.SourceFile, options: ts.CompilerOptions) => void;
};

/**
 * Creates a program without a record of what depends on what. To keep one takes a fifth of the time of a
 * first cell and half of that of others, and tslab only reads the names that the cells declare.
 */
function createProgram(...args: Parameters<typeof ts.createAbstractBuilder>): ts.BuilderProgram {
  const builder = ts.createAbstractBuilder(...args);
  builder.getAllDependencies = (file) => dependencies(builder.getProgram(), file);
  for (const name of builder.getProgram().getRootFileNames()) {
    const file = builder.getSourceFile(name);
    if (file) bindSourceFile(file, builder.getCompilerOptions());
  }
  return builder;
}

function createWatchCompilerHost(
  files: unknown,
  options: unknown,
  system: unknown,
  ...rest: unknown[]
): unknown {
  // A cast, because tslab calls the overload with root files and compiler options.
  const host = (ts.createWatchCompilerHost as unknown as Wrapped)(
    files,
    { ...(options as object), ...OPTIONS },
    system,
    createProgram,
    ...rest.slice(1),
  );
  separateTimers(host as Timers);
  return host;
}

let program: (() => ts.Program) | undefined;

/** Returns the program with the cell that was last given to the converter; undefined before the first. */
export function latestProgram(): ts.Program | undefined {
  return program?.();
}

/** The host of tslab's program. */
interface Host {
  afterProgramCreate?: (builder: ts.BuilderProgram) => void;
}

function createWatchProgram(host: Host): unknown {
  const tell = host.afterProgramCreate?.bind(host);
  host.afterProgramCreate = (builder) => {
    program = () => builder.getProgram();
    tell?.(builder);
  };
  return (ts.createWatchProgram as unknown as Wrapped)(host);
}

function transpileModule(input: string, options: ts.TranspileOptions): ts.TranspileOutput {
  const inline = INLINE_MAP.exec(input);
  if (!inline?.[1]) return ts.transpileModule(input, options);
  const again = (module: string): Pick<Emitted, "js" | "second"> => {
    const { outputText, sourceMapText = "" } = ts.transpileModule(module, {
      ...options,
      compilerOptions: { ...options.compilerOptions, sourceMap: true },
    });
    return { js: outputText.replace(MAP_COMMENT, "\n"), second: sourceMapText };
  };
  const module = input.slice(0, inline.index);
  const { js, second } = again(module);
  emitted.set(js, { module, first: Buffer.from(inline[1], "base64").toString(), js, second, again });
  return { outputText: js };
}

const load = createRequire(__filename);
const cached = load.cache[load.resolve(NAME)];
if (cached) cached.exports = { ...ts, createWatchCompilerHost, createWatchProgram, transpileModule };

export { ts };
