import { checkName, fullBundle, plainLine, quickBundle, type DisplayOptions } from "./display";
import { isStrict, kernel, messageOf, type MimeBundle } from "./kernel-hook";
import { openPlace } from "./display-id";
import { throttle } from "./throttle";
import type { FigureSpec } from "../plot";

/** A chart that grows in its place while training runs. */
export interface LiveFigure<Rows> {
  /**
   * Draws the rows, at most five times a second; other calls cost nothing. Never throws: a chart that cannot be drawn
   * must not end the training, so its place says why instead, until it can be drawn.
   */
  update(rows: Rows): void;
  /**
   * Draws the final rows, with the picture for viewers without JavaScript. A failure is told in the figure's place
   * and does not fail the cell, for with the cell its results would be lost; with `LATENT_STRICT=1` it is thrown.
   */
  done(rows: Rows): Promise<void>;
}

/**
 * Opens a live figure; it appears with its first update. In a plain Node process `done` prints one line.
 *
 * @param name in kebab-case, as for `display`.
 * @param draw makes the spec of the rows so far.
 * @throws when the name is not in kebab-case.
 */
export function liveFigure<Rows>(
  name: string,
  draw: (rows: Rows) => FigureSpec,
  options: Omit<DisplayOptions, "name"> = {},
): LiveFigure<Rows> {
  checkName("liveFigure", name);
  const named = { ...options, name };
  const isDue = throttle();
  const place = openPlace();
  return {
    update(rows) {
      if (kernel() === undefined || !isDue()) return;
      try {
        place.show(quickBundle(draw(rows), named));
      } catch (error) {
        place.show(failure(name, error));
      }
    },
    async done(rows) {
      try {
        const spec = draw(rows);
        if (kernel() === undefined) console.log(plainLine(spec, named));
        else place.show(await fullBundle(spec, named));
      } catch (error) {
        if (isStrict()) throw error;
        if (kernel() === undefined) console.log(failureText(name, error));
        else place.show(failure(name, error));
      }
    },
  };
}

const failureText = (name: string, error: unknown): string =>
  `The figure ${name} could not be drawn: ${messageOf(error)}`;

const failure = (name: string, error: unknown): MimeBundle => ({
  data: { "text/plain": failureText(name, error) },
  metadata: { latent: { name, error: messageOf(error) } },
});
