import { distinct } from "../numeric/numbers";
import { rejectArgument } from "../numeric/validate";

/** Layout of a figure with several panels. */
export interface FacetLayout {
  /** Panels per row. */
  readonly columns: number;
  /** Between panels, px. */
  readonly spacing: { readonly row: number; readonly column: number };
  /** Alignment and padding of the panels' titles. */
  readonly header: { readonly labelAnchor?: "start"; readonly labelPadding?: number };
}

/**
 * Returns the part of a spec that draws one panel per value of the field `panel`.
 *
 * @param titles the values of `panel` in order, written above the panels.
 * @param spec a panel: its size, encoding and layers.
 */
export function facetByPanel<Spec>(titles: readonly string[], layout: FacetLayout, spec: Spec) {
  return {
    facet: {
      field: "panel",
      type: "nominal" as const,
      sort: [...titles],
      header: { title: null, ...layout.header },
    },
    columns: layout.columns,
    spacing: layout.spacing,
    spec,
  };
}

/** Throws if two panels have the same title. */
export function checkDistinctTitles(caller: string, titles: readonly string[], remedy: string): void {
  const repeated = titles.length - distinct(titles).length;
  if (repeated > 0)
    rejectArgument(caller, "the titles of the panels", "be distinct", `${repeated} repeated`, remedy);
}
