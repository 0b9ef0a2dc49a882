/** `#` is a wall, `H` a ladder; D is the door, K the key, P the start. The last row shows what is carried. */
export const ROOM = [
  "########",
  "#D....K#",
  "###H####",
  "#..H...#",
  "#####H##",
  "#P...H.#",
  "########",
  "        ",
] as const;
