import { stripVTControlCharacters } from "node:util";

/** The line that `progress` of the library leaves: its steps count, its time and pace do not. */
const PROGRESS = /^(.*: [\d,]+ steps in )(?:\d+ min )?[\d.]+ s · [\d.,]+ steps\/s/gm;

/** Text as it is compared: no colours, one kind of line end, no blanks at the end of a line. */
export const normalizeText = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "");

/** A display's text as it is compared: the time and the pace in a progress line are left out, too. */
export const normalizeDisplay = (text: string): string =>
  normalizeText(text).replace(PROGRESS, "$1… s · … steps/s");
