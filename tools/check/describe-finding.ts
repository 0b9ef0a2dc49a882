import type { Change } from "./compare/change";
import type { Finding } from "./compare-outputs";
import { percent } from "./compare/tolerance";

/** The most changes of an output to print; the report contains all. */
const MAX_CHANGES = 5;

function indented(text: string): string {
  return text.split("\n").join("\n                ");
}

/** Formats the size of a change: `5 % apart, allowed: 2 %`; empty for text. */
export function describeDistance({ relative, allowed }: Change): string {
  return [
    ...(relative === undefined ? [] : [`${percent(relative)} apart`]),
    ...(allowed === undefined ? [] : [`allowed: ${allowed}`]),
  ].join(", ");
}

function inBrackets(text: string): string {
  return text === "" ? "" : ` (${text})`;
}

function changeLines(change: Change): string[] {
  return [
    `    ${change.where}${inBrackets(describeDistance(change))}`,
    `      expected: ${indented(change.expected)}`,
    `      got:      ${indented(change.got)}`,
  ];
}

/** Formats a differing output for the terminal. */
export function describeFinding(path: string, { cell, output, changes }: Finding): string {
  const more = changes.length - MAX_CHANGES;
  return [
    `${path}, cell [${cell}], ${output}:`,
    ...changes.slice(0, MAX_CHANGES).flatMap(changeLines),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ].join("\n");
}
