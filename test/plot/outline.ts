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

/**
 * Summarizes a figure without its data: `line(x: step, y: elbo)`, nested in layers, columns, rows and facets.
 */
export function outline(figure: FigureSpec): unknown {
  return outlinePart(figure as unknown as Part);
}

function outlinePart(part: Part): unknown {
  if (part.hconcat) return { columns: part.hconcat.map(outlinePart) };
  if (part.vconcat) return { rows: part.vconcat.map(outlinePart) };
  if (part.facet && part.spec) return { facet: part.facet.field, of: outlinePart(part.spec) };
  if (part.layer) return [...shared(part), ...part.layer.map(outlinePart)];
  const mark = typeof part.mark === "string" ? part.mark : (part.mark?.type ?? "nothing");
  return `${mark}(${channels(part).join(", ")})`;
}

function shared(part: Part): string[] {
  const common = channels(part);
  return common.length === 0 ? [] : [`all(${common.join(", ")})`];
}

function channels({ encoding = {} }: Part): string[] {
  return Object.entries(encoding).flatMap(([channel, definition]) => {
    const { field } = definition as { field?: string };
    return field === undefined ? [] : [`${channel}: ${field}`];
  });
}
