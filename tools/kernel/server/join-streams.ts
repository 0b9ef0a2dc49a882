/** Milliseconds that printed text may wait for more of it. */
const DELAY = 40;

/** Printed text on its way to the notebook. */
export interface Streams {
  readonly write: (cell: number, name: string, text: string) => void;
  /** Sends what waits, before anything that must come after it. */
  readonly flush: () => void;
}

/** Joins what is printed in quick succession, so that a loop of `console.log` does not make thousands of messages. */
export const createStreams = (send: (cell: number, name: string, text: string) => void): Streams => {
  let waiting: { readonly cell: number; readonly name: string; text: string } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    const ready = waiting;
    waiting = undefined;
    if (ready) send(ready.cell, ready.name, ready.text);
  };

  const write = (cell: number, name: string, text: string): void => {
    if (waiting?.cell === cell && waiting.name === name) {
      waiting.text += text;
      return;
    }
    flush();
    waiting = { cell, name, text };
    timer = setTimeout(flush, DELAY);
  };

  return { write, flush };
};
