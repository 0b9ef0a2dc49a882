/** The variables of the notebook. */
export interface CellExports {
  /** What the cells' JavaScript knows as `exports`. */
  readonly proxy: Record<string, unknown>;
  readonly values: Record<string, unknown>;
}

/**
 * The object on which cells leave their variables for later cells.
 *
 * TypeScript exports an imported name by a getter that cannot be defined twice; here its value is stored instead,
 * so that a cell with imports can run again.
 */
export const createExports = (): CellExports => {
  const values: Record<string, unknown> = {};
  const proxy = new Proxy(values, {
    defineProperty: (_target, name, descriptor) => {
      if (name === "__esModule" || typeof name === "symbol") return true;
      values[name] = descriptor.get ? (descriptor.get() as unknown) : descriptor.value;
      return true;
    },
  });
  return { proxy, values };
};
