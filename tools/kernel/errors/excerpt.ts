const RED = "\u001b[31m";
const BOLD_RED = "\u001b[1;31m";
const BOLD = "\u001b[1m";
const GREY = "\u001b[90m";
const RESET = "\u001b[0m";

/** ANSI styles that Jupyter's front ends render. */
export const ansi = {
  error: (text: string): string => `${BOLD_RED}${text}${RESET}`,
  strong: (text: string): string => `${BOLD}${text}${RESET}`,
  faint: (text: string): string => `${GREY}${text}${RESET}`,
};

/** Lines to show before and after the marked line. */
const CONTEXT = 2;

/**
 * The lines around a position, with an arrow before its line and carets under its columns.
 *
 * @param line the line to mark, from 1.
 * @param column the first column to mark, from 1.
 * @param width the number of columns to mark.
 */
export function excerpt(lines: readonly string[], line: number, column: number, width = 1): string[] {
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
    // Tabs before the position are kept, so that the caret is aligned.
    const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
    out.push(`${RED}--> ${RESET}${ansi.strong(label)}${ansi.faint(" | ")}${ansi.strong(text)}`);
    out.push(`    ${" ".repeat(digits)}${ansi.faint(" | ")}${indent}${RED}${"^".repeat(marks)}${RESET}`);
  }
  return out;
}
