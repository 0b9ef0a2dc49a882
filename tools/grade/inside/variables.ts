import type { AssignedRole } from "../channel/messages";

/** Another value for some that a cell reads, and the way back for those that it leaves to later cells. */
export interface Swap {
  readonly seen: (value: unknown) => unknown;
  readonly left: (value: unknown) => unknown;
}

/** The variables of a notebook in which some cells are not the author's. */
export interface Variables {
  /** What a cell knows as `exports`. */
  readonly scope: (role: AssignedRole, swap: Swap) => Record<string, unknown>;
  readonly value: (name: string) => unknown;
  readonly forget: (name: string) => void;
}

/** Left behind by every cell: the value of its last expression. */
const LAST = "tsLastExpr";

/**
 * The variables of a notebook. A name that a cell of the assignment has given a value is the assignment's from then on: a
 * student's cell reads it, and an attempt to change it is an error.
 */
export function createVariables(): Variables {
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const taken = new Set<string>();

  const scope: Variables["scope"] = (role, swap) => {
    const put = (name: string, value: unknown): boolean => {
      if (role !== "answer") {
        if (name !== LAST) taken.add(name);
      } else if (taken.has(name))
        throw new TypeError(
          `${name} belongs to the assignment; an answer may not change it, give yours another name`,
        );
      values[name] = swap.left(value);
      return true;
    };
    return new Proxy(Object.create(null) as Record<string, unknown>, {
      get: (_target, name) => (typeof name === "symbol" ? undefined : swap.seen(values[name])),
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
