import { isReached, type Binding, type Bindings } from "../../kernel/source/live-bindings";

// Answers may replace the globals of their process.
const { create, entries, keys } = Object;

/** Maps the values that a cell reads from and writes to shared variables. */
export interface ValueMapping {
  readonly onRead: (value: unknown) => unknown;
  readonly onWrite: (value: unknown) => unknown;
}

/** Values by name. */
export type Values = Readonly<Record<string, unknown>>;

/** The variables of a notebook at one moment, and their values then. */
export interface Snapshot {
  readonly bindings: ReadonlyMap<string, Binding>;
  /** The values of all variables that can change. */
  readonly state: ReadonlyMap<Binding, unknown>;
}

/** What a cell runs with. */
export interface Scope {
  /** The object `exports` of the cell's JavaScript. */
  readonly exports: Record<string, unknown>;
  /** Makes what the cell declares variables of the notebook, each as soon as it has a value. */
  readonly live: (bindings: Bindings) => void;
  /** Ends the cell: what it declares but did not reach is the variable of an earlier cell again. */
  readonly finish: () => void;
}

/** The shared variables of a notebook: what a cell declares is one variable, for all cells and functions. */
export interface Variables {
  /** Returns the scope of a cell. An answer cannot declare or assign a name that the assignment has. */
  readonly scope: (isAnswer: boolean, mapping: ValueMapping) => Scope;
  /** Returns a scope in which `replaced` stands for some values; what it declares is not kept. */
  readonly overlay: (replaced: Values, mapping: ValueMapping) => Scope;
  readonly value: (name: string) => unknown;
  readonly forget: (name: string) => void;
  readonly snapshot: () => Snapshot;
  /** Gives all variables the values that they had at a moment. */
  readonly restore: (snapshot: Snapshot) => void;
}

/** The variable in which each cell stores the value of its last expression. */
const LAST_EXPRESSION = "tsLastExpr";

/** Returns the value of a variable of a snapshot. */
export function valueIn({ bindings }: Snapshot, name: string): unknown {
  return bindings.get(name)?.[0]();
}

/** Returns an `exports` whose properties are variables. */
function exportsOf(
  read: (name: string) => unknown,
  has: (name: string) => boolean,
  put: (name: string, value: unknown) => void,
): Record<string, unknown> {
  const set = (name: string, value: unknown): boolean => {
    put(name, value);
    return true;
  };
  return new Proxy(create(null) as Record<string, unknown>, {
    get: (_target, name) => (typeof name === "symbol" ? undefined : read(name)),
    has: (_target, name) => typeof name !== "symbol" && has(name),
    set: (_target, name, value) => typeof name !== "symbol" && set(name, value),
    defineProperty: (_target, name, descriptor) => {
      if (name === "__esModule" || typeof name === "symbol") return true;
      return set(name, descriptor.get ? (descriptor.get() as unknown) : descriptor.value);
    },
    deleteProperty: () => false,
    setPrototypeOf: () => false,
    ownKeys: () => [],
    getOwnPropertyDescriptor: () => undefined,
  });
}

/** Returns a variable that no cell declares. */
function undeclared(value: unknown): Binding {
  let own = value;
  return [() => own, (next) => void (own = next)];
}

/** Returns a variable that is `own` once that has a value, and until then the one that it replaces. */
function eitherOf(own: Binding, before: Binding | undefined): Binding {
  if (before === undefined) return own;
  const current = (): Binding => (isReached(own) ? own : before);
  return [() => current()[0](), (value) => current()[1]?.(value)];
}

/** Returns a variable whose values are mapped before others read them. */
function mapped([get, set]: Binding, { onWrite }: ValueMapping): Binding {
  const read = (): unknown => onWrite(get());
  return set ? [read, set] : [read];
}

/**
 * Creates the variables of a notebook. Once a cell of the assignment has a variable, answers can read it but
 * not change it.
 */
export function createVariables(): Variables {
  let bindings = new Map<string, Binding>();
  /** All variables that can change: functions may use those whose names have been declared again. */
  const settable = new Set<Binding>();
  const taken = new Set<string>();

  const keep = (name: string, binding: Binding): void => {
    bindings.set(name, binding);
    if (binding[1]) settable.add(binding);
  };
  const value: Variables["value"] = (name) => bindings.get(name)?.[0]();
  const assign = (name: string, next: unknown): void => {
    const binding = bindings.get(name);
    if (binding) binding[1]?.(next);
    else keep(name, undeclared(next));
  };

  const scope: Variables["scope"] = (isAnswer, mapping) => {
    const take = (name: string): void => {
      if (isAnswer && taken.has(name))
        throw new TypeError(
          `${name} is a variable of the assignment and cannot be changed by an answer; use another name`,
        );
      if (!isAnswer && name !== LAST_EXPRESSION) taken.add(name);
    };
    const exports = exportsOf(
      (name) => mapping.onRead(value(name)),
      (name) => bindings.has(name),
      (name, next) => {
        take(name);
        assign(name, mapping.onWrite(next));
      },
    );
    const declared = new Map<string, { readonly own: Binding; readonly before: Binding | undefined }>();
    const live: Scope["live"] = (names) => {
      for (const name of keys(names)) take(name);
      for (const [name, binding] of entries(names)) {
        const before = bindings.get(name);
        const own = mapped(binding, mapping);
        declared.set(name, { own, before });
        bindings.set(name, eitherOf(own, before));
      }
    };
    const finish = (): void => {
      for (const [name, { own, before }] of declared) {
        if (isReached(own)) keep(name, own);
        else if (before) bindings.set(name, before);
        else bindings.delete(name);
      }
    };
    return { exports, live, finish };
  };

  const overlay: Variables["overlay"] = (replaced, mapping) => {
    const own = new Map(entries(replaced).map(([name, value]) => [name, undeclared(value)]));
    const exports = exportsOf(
      (name) => mapping.onRead((own.get(name) ?? bindings.get(name))?.[0]()),
      (name) => own.has(name) || bindings.has(name),
      (name, next) => {
        const binding = own.get(name) ?? bindings.get(name);
        if (binding) binding[1]?.(mapping.onWrite(next));
        else own.set(name, undeclared(next));
      },
    );
    const live: Scope["live"] = (declared) => {
      for (const [name, binding] of entries(declared))
        own.set(name, eitherOf(binding, own.get(name) ?? bindings.get(name)));
    };
    return { exports, live, finish: () => undefined };
  };

  return {
    scope,
    overlay,
    value,
    forget: (name) => void bindings.delete(name),
    snapshot: () => {
      const reached = [...settable].filter(isReached);
      return {
        bindings: new Map(bindings),
        state: new Map(reached.map((binding) => [binding, binding[0]()])),
      };
    },
    restore: ({ bindings: names, state }) => {
      bindings = new Map(names);
      for (const [binding, value] of state) binding[1]?.(value);
    },
  };
}
