/** Milliseconds for which text is buffered. */
const DELAY = 40;

/** A buffer for the text of stdout and stderr. */
export interface Streams {
  readonly write: (cell: number, name: string, text: string) => void;
  /** Sends the buffered text. */
  readonly flush: () => void;
}

/** Joins text that is printed in quick succession, so that a loop of `console.log` sends few messages. */
export function createStreams(send: (cell: number, name: string, text: string) => void): Streams {
  let buffered: { readonly cell: number; readonly name: string; text: string } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    clearTimeout(timer);
    const ready = buffered;
    buffered = undefined;
    if (ready) send(ready.cell, ready.name, ready.text);
  };

  const write = (cell: number, name: string, text: string): void => {
    if (buffered?.cell === cell && buffered.name === name) {
      buffered.text += text;
      return;
    }
    flush();
    buffered = { cell, name, text };
    timer = setTimeout(flush, DELAY);
  };

  return { write, flush };
}
