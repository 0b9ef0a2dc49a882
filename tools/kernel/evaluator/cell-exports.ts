import type { Bindings } from "../source/live-bindings";

/** The variables of the notebook. */
export interface SessionVariables {
  /** The values by name; those of cells read and assign the variables of the cells themselves. */
  readonly values: Record<string, unknown>;
  /** Returns the exports of a cell that is about to run. */
  forCell(names: readonly string[]): CellExports;
}

/** What a running cell exports. */
export interface CellExports {
  /** The object `exports` of the cell's JavaScript: its own names, and those of the session behind them. */
  readonly exports: Record<string, unknown>;
  /** Makes the cell's variables those of the session, from now on. */
  readonly live: (bindings: Bindings) => void;
  /** Adds the cell's imports to the session, and removes what the cell declares but did not reach. */
  readonly finish: () => void;
}

/** Creates the variables of a notebook without cells. */
export function createVariables(): SessionVariables {
  const values: Record<string, unknown> = {};
  return {
    values,
    forCell: (names) => {
      const exports = Object.create(values) as Record<string, unknown>;
      // Own properties: `exports.name = void 0` at the start must assign no variable of an earlier cell.
      for (const name of names) {
        const variable = createVariable();
        define(values, name, variable);
        define(exports, name, variable);
      }
      const live = new Set<string>();
      return {
        exports,
        live: (bindings) => {
          for (const [name, [get, set]] of Object.entries(bindings)) {
            live.add(name);
            // The cell itself assigns its variable, and TypeScript adds an assignment to `exports`: ignored.
            define(exports, name, { get, set: ignore });
            define(values, name, { get, set: set ?? ignore });
          }
        },
        finish: () => {
          for (const name of names)
            if (!live.has(name)) values[name] = exports[name];
            else if (!isReached(values, name)) Reflect.deleteProperty(values, name);
        },
      };
    },
  };
}

/** A variable of its own; accessors, so that an assignment to the exports of any cell reaches it. */
function createVariable(): PropertyDescriptor {
  let current: unknown;
  return {
    get: () => current,
    set: (value) => {
      current = value;
    },
  };
}

function define(target: object, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(target, name, { configurable: true, enumerable: true, ...descriptor });
}

/** Whether a variable can be read: a `let`, a `const` or a class cannot before its line has run. */
function isReached(values: Readonly<Record<string, unknown>>, name: string): boolean {
  try {
    Reflect.get(values, name);
    return true;
  } catch {
    return false;
  }
}

function ignore(): void {
  // nothing to do
}
