/** A rectangular map of cells, row by row from the top. */
export interface GridMap {
  /** The number of columns. */
  readonly width: number;
  /** The number of rows. */
  readonly height: number;
  /** The kind of each cell, [height · width]: one of `#`, space, `S`, `G`, `X`. */
  readonly cells: readonly string[];
}

/** Four rooms of unequal size joined by four doors, after Sutton, Precup and Singh (1999), figure 2. */
export const FOUR_ROOMS = [
  "#############",
  "#S    #    G#",
  "#     #     #",
  "#           #",
  "#     #     #",
  "#     #     #",
  "## ####     #",
  "#     ### ###",
  "#     #     #",
  "#     #     #",
  "#           #",
  "#     #     #",
  "#############",
] as const;

/**
 * Reads a map from its lines.
 *
 * @throws if lines differ in length, a character is none of `#`, space, `S`, `G` and `X`, or there is no cell
 *   to start from.
 */
export function readMap(lines: readonly string[]): GridMap {
  const [height, width] = [lines.length, lines[0]?.length ?? 0];
  if (height === 0 || width === 0) throw new Error("gridWorld: map must have lines with cells, got none");
  lines.forEach((line, row) => {
    if (line.length !== width)
      throw new Error(
        `gridWorld: lines of map must have one length, ${width}, got ${line.length} in line ${row}`,
      );
    const odd = Array.from(line).find((cell) => !"# SGX".includes(cell));
    if (odd !== undefined)
      throw new Error(
        `gridWorld: map must have only "#" (wall), " " (floor), "S" (start), "G" (goal) and "X" (trap), ` +
          `got "${odd}" in line ${row}`,
      );
  });
  const cells = Array.from(lines.join(""));
  if (!cells.includes("S") && !cells.includes(" "))
    throw new Error('gridWorld: map must have a cell to start from; add an "S"');
  return { width, height, cells };
}
