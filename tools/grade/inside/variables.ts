/** Maps the values that a cell reads from and writes to shared variables. */
export interface ValueMapping {
  readonly onRead: (value: unknown) => unknown;
  readonly onWrite: (value: unknown) => unknown;
}

/** The values of all variables at one moment. */
export type Snapshot = Readonly<Record<string, unknown>>;

/** The shared variables of a notebook. */
export interface Variables {
  /** Returns the object that a cell uses as `exports`. An answer cannot change what is `taken`. */
  readonly scope: (isAnswer: boolean, mapping: ValueMapping) => Record<string, unknown>;
  /** Returns a scope on a snapshot, in which `replaced` stands for some values; it changes nothing else. */
  readonly overlay: (before: Snapshot, replaced: Snapshot, mapping: ValueMapping) => Record<string, unknown>;
  readonly value: (name: string) => unknown;
  readonly forget: (name: string) => void;
  readonly snapshot: () => Snapshot;
  /** Calls a function while the variables have the values of a snapshot. */
  readonly during: <T>(snapshot: Snapshot, body: () => T) => T;
}

/** The variable in which each cell stores the value of its last expression. */
const LAST_EXPRESSION = "tsLastExpr";

type Values = Record<string, unknown>;

function copyOf(values: Snapshot): Values {
  return Object.assign(Object.create(null) as Values, values);
}

/** Returns an `exports` whose properties are variables. */
function exportsOf(
  read: (name: string) => unknown,
  has: (name: string) => boolean,
  put: (name: string, value: unknown) => void,
): Values {
  const set = (name: string, value: unknown): boolean => {
    put(name, value);
    return true;
  };
  return new Proxy(Object.create(null) as Values, {
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

/**
 * Creates the variables of a notebook. Once a cell of the assignment has assigned a variable, answers can
 * read it but not change it.
 */
export function createVariables(): Variables {
  let values = copyOf({});
  const taken = new Set<string>();

  const scope: Variables["scope"] = (isAnswer, mapping) =>
    exportsOf(
      (name) => mapping.onRead(values[name]),
      (name) => name in values,
      (name, value) => {
        if (isAnswer && taken.has(name))
          throw new TypeError(
            `${name} is a variable of the assignment and cannot be changed by an answer; use another name`,
          );
        if (!isAnswer && name !== LAST_EXPRESSION) taken.add(name);
        values[name] = mapping.onWrite(value);
      },
    );
  const overlay: Variables["overlay"] = (before, replaced, mapping) => {
    const own = copyOf(replaced);
    return exportsOf(
      (name) => mapping.onRead(name in own ? own[name] : before[name]),
      (name) => name in own || name in before,
      (name, value) => void (own[name] = mapping.onWrite(value)),
    );
  };
  return {
    scope,
    overlay,
    value: (name) => values[name],
    forget: (name) => void Reflect.deleteProperty(values, name),
    snapshot: () => copyOf(values),
    during: (snapshot, body) => {
      const current = values;
      values = copyOf(snapshot);
      try {
        return body();
      } finally {
        values = current;
      }
    },
  };
}
