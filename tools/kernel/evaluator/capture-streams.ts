import type { ToServer } from "../threads/thread-messages";

/** Sends what the process writes to stdout and stderr to the cell that `cell` names. */
export const captureStreams = (cell: () => number, post: (message: ToServer) => void): void => {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder(); // one per stream: a letter may come in two pieces
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
};
