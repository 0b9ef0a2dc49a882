import { createDisplayHandle } from "./display-handle";
import {
  checkFigureName,
  completeBundle,
  consoleText,
  interactiveBundle,
  type DisplayOptions,
} from "./display";
import { isStrict, kernelHook, messageOf, type MimeBundle } from "./kernel-hook";
import { throttle } from "./throttle";
import type { FigureSpec } from "../plot";

/** A figure that is redrawn in place while training runs. */
export interface LiveFigure<Rows> {
  /**
   * Draws the rows, at most five times per second; further calls return at once. Never throws, because a
   * figure that cannot be drawn must not end the training: the error is displayed in place of the figure
   * until it can be drawn.
   */
  update(rows: Rows): void;
  /**
   * Draws the final rows, with a PNG for viewers without JavaScript. If they cannot be drawn, the error is
   * displayed in place of the figure and the cell continues, so that its results are kept; with
   * `LATENT_STRICT=1` it is thrown.
   */
  done(rows: Rows): Promise<void>;
}

/**
 * Creates a live figure, which appears at its first update. Outside Jupyter, `done` logs one line.
 *
 * @param name in kebab-case, as for `display`.
 * @param draw returns the figure of the rows so far.
 * @throws if the name is not in kebab-case.
 */
export function liveFigure<Rows>(
  name: string,
  draw: (rows: Rows) => FigureSpec,
  options: Omit<DisplayOptions, "name"> = {},
): LiveFigure<Rows> {
  checkFigureName("liveFigure", name);
  const displayOptions = { ...options, name };
  const isDue = throttle();
  const handle = createDisplayHandle();
  return {
    update(rows) {
      if (kernelHook() === undefined || !isDue()) return;
      try {
        handle.update(interactiveBundle(draw(rows), displayOptions));
      } catch (error) {
        handle.update(errorBundle(name, error));
      }
    },
    async done(rows) {
      try {
        const spec = draw(rows);
        if (kernelHook() === undefined) console.log(consoleText(spec, displayOptions));
        else handle.update(await completeBundle(spec, displayOptions));
      } catch (error) {
        if (isStrict()) throw error;
        if (kernelHook() === undefined) console.log(errorText(name, error));
        else handle.update(errorBundle(name, error));
      }
    },
  };
}

function errorText(name: string, error: unknown): string {
  return `The figure ${name} could not be drawn: ${messageOf(error)}`;
}

function errorBundle(name: string, error: unknown): MimeBundle {
  return {
    data: { "text/plain": errorText(name, error) },
    metadata: { latent: { name, error: messageOf(error) } },
  };
}
