/** A Vega-Lite 5 specification. */
export type Spec = Readonly<Record<string, unknown>>;

/** The parts of `latent/plot` from which the figures about a class are made. */
export interface PlotLibrary {
  /** Returns schema, theme, titles and alternative text. */
  readonly figureBase: (
    titles: { readonly title: string; readonly subtitle: string },
    description: string,
  ) => Spec;
  /** Returns integer tick positions from `low` to `high` or the next multiple of the step. */
  readonly integerTicks: (low: number, high: number) => number[];
  /** The colour of text. */
  readonly INK: { readonly text: string };
}

/** Loads the library at run time, because the tools are compiled without it. */
export async function loadPlotLibrary(): Promise<PlotLibrary> {
  const entry = "latent/plot";
  return (await import(entry)) as PlotLibrary;
}
