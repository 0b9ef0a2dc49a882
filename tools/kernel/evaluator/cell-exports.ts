import { isReached, type Binding, type Bindings } from "../source/live-bindings";

/** The variables of the notebook. */
export interface SessionVariables {
  /** The values by name; those of cells read and assign the variables of the cells themselves. */
  readonly values: Record<string, unknown>;
  /** Returns the exports of a cell that is about to run. */
  readonly forCell: () => CellExports;
}

/** What a running cell exports. */
export interface CellExports {
  /** The object `exports` of the cell's JavaScript; the variables of the session are behind it. */
  readonly exports: Record<string, unknown>;
  /** Makes the cell's variables those of the session, each as soon as it has a value. */
  readonly live: (bindings: Bindings) => void;
  /**
   * Ends the cell: a variable that it declares but did not reach is that of an earlier cell again. Returns
   * the names of those.
   */
  readonly finish: () => ReadonlySet<string>;
}

/** Creates the variables of a notebook without cells. */
export function createVariables(): SessionVariables {
  const values: Record<string, unknown> = {};
  return {
    values,
    forCell: () => {
      const earlier = new Map<string, PropertyDescriptor | undefined>();
      let own: Bindings = {};
      return {
        exports: Object.create(values) as Record<string, unknown>,
        live: (bindings) => {
          own = bindings;
          for (const [name, binding] of Object.entries(bindings)) {
            const before = Object.getOwnPropertyDescriptor(values, name);
            earlier.set(name, before);
            define(values, name, before ? eitherOf(binding, before) : accessors(binding));
          }
        },
        finish: () => {
          const unreached = new Set<string>();
          for (const [name, binding] of Object.entries(own)) {
            const before = earlier.get(name);
            const isDone = isReached(binding);
            if (!isDone) unreached.add(name);
            if (isDone) define(values, name, accessors(binding));
            else if (before) Object.defineProperty(values, name, before);
            else Reflect.deleteProperty(values, name);
          }
          return unreached;
        },
      };
    },
  };
}

type Accessors = Required<Pick<PropertyDescriptor, "get" | "set">>;

function accessors([get, set]: Binding): Accessors {
  return { get, set: set ?? ignore };
}

/** Those of a variable once it has a value, and until then those of the one that it replaces. */
function eitherOf(binding: Binding, before: PropertyDescriptor): Accessors {
  const own = accessors(binding);
  return {
    get: (): unknown => (isReached(binding) ? own.get() : before.get?.()),
    set: (value) => {
      if (isReached(binding)) own.set(value);
      else before.set?.(value);
    },
  };
}

function define(target: object, name: string, descriptor: Accessors): void {
  Object.defineProperty(target, name, { configurable: true, enumerable: true, ...descriptor });
}

function ignore(): void {
  // nothing to do
}
