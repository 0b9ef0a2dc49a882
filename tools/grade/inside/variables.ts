import type { AssignedRole } from "../channel/messages";

/** Maps the values that a cell reads from and writes to shared variables. */
export interface ValueMapping {
  readonly onRead: (value: unknown) => unknown;
  readonly onWrite: (value: unknown) => unknown;
}

/** The shared variables of a notebook that contains answers by a student. */
export interface Variables {
  /** Returns the object that a cell uses as `exports`. */
  readonly scope: (role: AssignedRole, mapping: ValueMapping) => Record<string, unknown>;
  readonly value: (name: string) => unknown;
  readonly forget: (name: string) => void;
}

/** The variable in which each cell stores the value of its last expression. */
const LAST_EXPRESSION = "tsLastExpr";

/**
 * Creates the variables of a notebook. Once a cell of the assignment has assigned a variable, answers can
 * read it but not change it.
 */
export function createVariables(): Variables {
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const taken = new Set<string>();

  const scope: Variables["scope"] = (role, mapping) => {
    const put = (name: string, value: unknown): boolean => {
      if (role !== "answer") {
        if (name !== LAST_EXPRESSION) taken.add(name);
      } else if (taken.has(name))
        throw new TypeError(
          `${name} is a variable of the assignment and cannot be changed by an answer; use another name`,
        );
      values[name] = mapping.onWrite(value);
      return true;
    };
    return new Proxy(Object.create(null) as Record<string, unknown>, {
      get: (_target, name) => (typeof name === "symbol" ? undefined : mapping.onRead(values[name])),
      has: (_target, name) => typeof name !== "symbol" && name in values,
      set: (_target, name, value) => typeof name !== "symbol" && put(name, value),
      defineProperty: (_target, name, descriptor) => {
        if (name === "__esModule" || typeof name === "symbol") return true;
        return put(name, descriptor.get ? (descriptor.get() as unknown) : descriptor.value);
      },
      deleteProperty: () => false,
      setPrototypeOf: () => false,
      ownKeys: () => [],
      getOwnPropertyDescriptor: () => undefined,
    });
  };
  return {
    scope,
    value: (name) => values[name],
    forget: (name) => void Reflect.deleteProperty(values, name),
  };
}
