import type { Change } from "./change";
import type { Finding } from "./outputs";
import { percent } from "./tolerance";

/** Changes of one output that are told in the terminal; the report has all. */
const MOST = 5;

const indented = (text: string): string => text.split("\n").join("\n                ");

/** How far apart, in words: ` (5 %, allowed: 2 %)`; nothing for words. */
export const distance = ({ relative, allowed }: Change): string => {
  const parts = [
    ...(relative === undefined ? [] : [`${percent(relative)} apart`]),
    ...(allowed === undefined ? [] : [`allowed: ${allowed}`]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
};

const changeLines = (change: Change): string[] => [
  `    ${change.where}${distance(change)}`,
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
