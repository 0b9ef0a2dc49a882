import { canvas, type Canvas } from "./canvas";

/**
 * Returns a painter of a fixed background, which copies what `paint` painted on the first canvas of each
 * size.
 *
 * @param paint covers the whole canvas, and depends on its size alone.
 */
export function backdrop(paint: (on: Canvas) => void): (on: Canvas) => void {
  const painted = new Map<string, Float32Array>();
  return (on) => {
    const size = `${on.width} ${on.height}`;
    let pixels = painted.get(size);
    if (pixels === undefined) {
      const first = canvas(on.width, on.height);
      paint(first);
      pixels = first.pixels;
      painted.set(size, pixels);
    }
    on.pixels.set(pixels);
  };
}
