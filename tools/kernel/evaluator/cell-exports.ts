/** The variables of the notebook. */
export interface CellExports {
  /** The `exports` object of the cells' JavaScript. */
  readonly proxy: Record<string, unknown>;
  readonly values: Record<string, unknown>;
}

/**
 * Creates the `exports` object in which cells store their variables for later cells.
 *
 * TypeScript exports an imported name as a getter that cannot be redefined. This object stores the value
 * instead, so that a cell with imports can run again.
 */
export function createExports(): CellExports {
  const values: Record<string, unknown> = {};
  const proxy = new Proxy(values, {
    defineProperty: (_target, name, descriptor) => {
      if (name === "__esModule" || typeof name === "symbol") return true;
      values[name] = descriptor.get ? (descriptor.get() as unknown) : descriptor.value;
      return true;
    },
  });
  return { proxy, values };
}
