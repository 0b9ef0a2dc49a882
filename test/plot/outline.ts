import type { FigureSpec } from "latent/plot";

interface Part {
  readonly mark?: string | { readonly type: string };
  readonly encoding?: Readonly<Record<string, unknown>>;
  readonly layer?: readonly Part[];
  readonly hconcat?: readonly Part[];
  readonly vconcat?: readonly Part[];
  readonly spec?: Part;
  readonly facet?: { readonly field: string };
}

/** What is drawn, without the data: `line(x: step, y: elbo)`, with layers, columns, rows and facets around. */
export function outline(figure: FigureSpec): unknown {
  return outlineOf(figure as unknown as Part);
}

function outlineOf(part: Part): unknown {
  if (part.hconcat) return { columns: part.hconcat.map(outlineOf) };
  if (part.vconcat) return { rows: part.vconcat.map(outlineOf) };
  if (part.facet && part.spec) return { facet: part.facet.field, of: outlineOf(part.spec) };
  if (part.layer) return [...shared(part), ...part.layer.map(outlineOf)];
  const mark = typeof part.mark === "string" ? part.mark : (part.mark?.type ?? "nothing");
  return `${mark}(${channels(part).join(", ")})`;
}

const shared = (part: Part): string[] => {
  const common = channels(part);
  return common.length === 0 ? [] : [`all(${common.join(", ")})`];
};

const channels = ({ encoding = {} }: Part): string[] =>
  Object.entries(encoding).flatMap(([channel, definition]) => {
    const { field } = definition as { field?: string };
    return field === undefined ? [] : [`${channel}: ${field}`];
  });
