const RED = "\u001b[31m";
const BOLD_RED = "\u001b[1;31m";
const BOLD = "\u001b[1m";
const GREY = "\u001b[90m";
const RESET = "\u001b[0m";

/** Text in the colours that Jupyter's front ends show. */
export const ansi = {
  error: (text: string): string => `${BOLD_RED}${text}${RESET}`,
  strong: (text: string): string => `${BOLD}${text}${RESET}`,
  faint: (text: string): string => `${GREY}${text}${RESET}`,
};

/** Lines shown before and after the one that is pointed at. */
const CONTEXT = 2;

/**
 * The lines around a place, with an arrow before its line and carets under its columns.
 *
 * @param line the line pointed at, counted from 1.
 * @param column where it starts, counted from 1.
 * @param width how many columns to mark.
 */
export const excerpt = (lines: readonly string[], line: number, column: number, width = 1): string[] => {
  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.length, line + CONTEXT);
  const digits = String(last).length;
  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1] ?? "";
    const label = String(number).padStart(digits);
    if (number !== line) {
      out.push(ansi.faint(`    ${label} | `) + text);
      continue;
    }
    const marks = Math.max(1, Math.min(width, text.length - column + 1));
    // A tab before the place stays a tab, so that the caret stands under it.
    const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
    out.push(`${RED}--> ${RESET}${ansi.strong(label)}${ansi.faint(" | ")}${ansi.strong(text)}`);
    out.push(`    ${" ".repeat(digits)}${ansi.faint(" | ")}${indent}${RED}${"^".repeat(marks)}${RESET}`);
  }
  return out;
};
