import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { compileFunction } from "node:vm";
import type { ImportedFile } from "../source/convert-cell";
import type { Sources } from "../source/sources";

/** `require` as cells see it, and what it finds besides installed packages. */
export interface CellRequire {
  readonly require: NodeJS.Require;
  /** Makes known the files that a cell imports by a relative path, as TypeScript has just converted them. */
  readonly update: (files: readonly ImportedFile[]) => void;
}

type Body = (
  exports: unknown,
  require: NodeJS.Require,
  module: unknown,
  file: string,
  folder: string,
) => void;

const compile = (js: string, filename: string): Body =>
  compileFunction(js, ["exports", "require", "module", "__filename", "__dirname"], { filename }) as Body;

/** The `require` of the cells of a notebook in `folder`. */
export const createCellRequire = (folder: string, sources: Sources): CellRequire => {
  const files = new Map<string, string>();
  const loaded = new Map<string, { exports: unknown }>();
  const own = createRequire(__filename);

  const load = (path: string, js: string): unknown => {
    const known = loaded.get(path);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(path, module); // before it runs, for files that import each other
    try {
      compile(js, path)(module.exports, requireFrom(dirname(path)), module, path, dirname(path));
    } catch (error) {
      loaded.delete(path);
      throw error;
    }
    return module.exports;
  };

  const requireFrom = (from: string): NodeJS.Require => {
    const base = createRequire(join(from, "cell.js"));
    const find = (id: string): unknown => {
      if (id === "tslab") return own("tslab"); // the one that this kernel runs, wherever the notebook lies
      const path = resolve(from, id.endsWith(".js") ? id : `${id}.js`);
      const js = /^\.{0,2}\//.test(id) ? files.get(path) : undefined;
      return js === undefined ? base(id) : load(path, js);
    };
    return Object.assign(find, base);
  };

  return {
    require: requireFrom(folder),
    update: (changed) => {
      for (const { path, js, toSource, file } of changed) {
        files.set(path, js);
        loaded.delete(path);
        sources.add(path, { toSource, file });
      }
    },
  };
};
