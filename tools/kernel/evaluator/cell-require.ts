import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { compileFunction } from "node:vm";
import type { ImportedFile } from "../source/convert-cell";
import type { Sources } from "../source/sources";

/** The `require` function of cells. */
export interface CellRequire {
  readonly require: NodeJS.Require;
  /** Registers the converted files that a cell imports by a relative path. */
  readonly update: (files: readonly ImportedFile[]) => void;
}

type Body = (
  exports: unknown,
  require: NodeJS.Require,
  module: unknown,
  file: string,
  folder: string,
) => void;

function compile(js: string, filename: string): Body {
  return compileFunction(js, ["exports", "require", "module", "__filename", "__dirname"], {
    filename,
  }) as Body;
}

/** Creates the `require` function of a notebook in `folder`. */
export function createCellRequire(folder: string, sources: Sources): CellRequire {
  const files = new Map<string, string>();
  const loaded = new Map<string, { exports: unknown }>();
  const own = createRequire(__filename);

  const load = (path: string, js: string): unknown => {
    const known = loaded.get(path);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(path, module); // before it runs, for circular imports
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
      if (id === "tslab") return own("tslab"); // this kernel's copy, wherever the notebook is
      const path = `${resolve(from, id.replace(/\.[jt]s$/, ""))}.js`;
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
}
