/**
 * Returns a function that takes the text of a stream in parts, and calls `onLine` for each complete line.
 *
 * @param maxLength the maximum length of a line; `onTooLong` is called for a longer one, and nothing else
 *   follows.
 */
export function createLineSplitter(
  maxLength: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): (text: string) => void {
  let parts: string[] = [];
  let length = 0;
  return (text) => {
    if (length > maxLength) return;
    const lines = text.split("\n");
    for (const [i, line] of lines.entries()) {
      parts.push(line);
      length += line.length;
      if (length > maxLength) {
        parts = [];
        onTooLong();
        return;
      }
      if (i === lines.length - 1) return;
      const whole = parts.join("");
      parts = [];
      length = 0;
      onLine(whole);
    }
  };
}
