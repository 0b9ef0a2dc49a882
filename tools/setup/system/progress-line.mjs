import { clearInterval, setInterval } from "node:timers";

/** What a step says while it runs. @typedef {{ note(text: string): void, done(text?: string): void }} ProgressLine */

/**
 * Opens the line of a step: on a terminal one line that is kept current, in a log a line now and then.
 *
 * @param {string} title for example `[2/6] Python packages`
 * @param {NodeJS.WriteStream} [out]
 * @param {() => number} [now] milliseconds
 * @returns {ProgressLine}
 */
export function progressLine(title, out = process.stdout, now = Date.now) {
  const begun = now();
  const live = out.isTTY;
  let note = "";
  const elapsed = () => `${Math.round((now() - begun) / 1000)} s`;
  const show = () => {
    if (live) out.write(`\r\x1b[K${fit(`${title} … ${elapsed()} ${note}`, out.columns)}`);
    else out.write(`${title} … ${elapsed()}${note === "" ? "" : `, ${note}`}\n`);
  };
  if (live) show();
  else out.write(`${title} …\n`);
  const timer = setInterval(show, live ? 500 : 20_000);
  timer.unref();
  return {
    note: (text) => (note = text),
    done: (text = "done") => {
      clearInterval(timer);
      out.write(`${live ? "\r\x1b[K" : ""}${title}: ${text} (${elapsed()})\n`);
    },
  };
}

/**
 * @param {string} line
 * @param {number} columns
 */
function fit(line, columns) {
  return columns > 1 && line.length >= columns ? `${line.slice(0, columns - 2)}…` : line;
}
