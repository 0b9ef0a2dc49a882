import { clearInterval, setInterval } from "node:timers";

/** The progress of a step. @typedef {{ note(text: string): void, done(text?: string): void }} ProgressLine */

/**
 * Shows the progress of a step: one line that is updated on a terminal, otherwise a new line every 20 s.
 *
 * @param {string} title for example `[2/6] Python packages`
 * @param {NodeJS.WriteStream} [out]
 * @param {() => number} [now] milliseconds
 * @returns {ProgressLine}
 */
export function progressLine(title, out = process.stdout, now = Date.now) {
  const started = now();
  const live = out.isTTY;
  let note = "";
  const elapsed = () => `${Math.round((now() - started) / 1000)} s`;
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
