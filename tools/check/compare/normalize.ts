import { stripVTControlCharacters } from "node:util";

/** The final line of the library's `progress`: its steps are compared, its time and speed are not. */
const PROGRESS = /^(.*: [\d,]+ steps in )(?:\d+ min )?[\d.]+ s · [\d.,]+ steps\/s/gm;

/** Normalizes text for comparison: removes colours and trailing spaces, and unifies line endings. */
export function normalizeText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "");
}

/** Normalizes the text of a display, and also removes the time and speed from progress lines. */
export function normalizeDisplay(text: string): string {
  return normalizeText(text).replace(PROGRESS, "$1… s · … steps/s");
}
