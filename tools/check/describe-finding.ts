import type { Change } from "./compare/change";
import type { Finding } from "./compare-outputs";
import { percent } from "./compare/tolerance";

/** Changes of one output that are told in the terminal; the report has all. */
const MOST = 5;

const indented = (text: string): string => text.split("\n").join("\n                ");

/** How far apart, in words: `5 % apart, allowed: 2 %`; empty for words. */
export const describeDistance = ({ relative, allowed }: Change): string =>
  [
    ...(relative === undefined ? [] : [`${percent(relative)} apart`]),
    ...(allowed === undefined ? [] : [`allowed: ${allowed}`]),
  ].join(", ");

const inBrackets = (text: string): string => (text === "" ? "" : ` (${text})`);

const changeLines = (change: Change): string[] => [
  `    ${change.where}${inBrackets(describeDistance(change))}`,
  `      expected: ${indented(change.expected)}`,
  `      got:      ${indented(change.got)}`,
];

/** An output that differs, for the terminal. */
export const describeFinding = (path: string, { cell, output, changes }: Finding): string => {
  const more = changes.length - MOST;
  return [
    `${path}, cell [${cell}], ${output}:`,
    ...changes.slice(0, MOST).flatMap(changeLines),
    ...(more > 0 ? [`    and ${more} more`] : []),
  ].join("\n");
};
