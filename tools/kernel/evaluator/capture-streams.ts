import type { ToServer } from "../threads/thread-messages";

/** Posts the text written to stdout and stderr as output of the cell that `cell` returns. */
export function captureStreams(cell: () => number, post: (message: ToServer) => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder(); // one per stream: a character may be split over two chunks
    const write = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((error?: Error) => void),
      done?: (error?: Error) => void,
    ): boolean => {
      const text =
        typeof chunk !== "string"
          ? decoder.decode(chunk, { stream: true })
          : typeof encoding === "string" && !/^utf-?8$/i.test(encoding)
            ? Buffer.from(chunk, encoding).toString()
            : chunk;
      if (text !== "") post({ type: "stream", cell: cell(), name, text });
      const callback = typeof encoding === "function" ? encoding : done;
      if (callback) process.nextTick(callback);
      return true;
    };
    process[name].write = write;
  }
}
