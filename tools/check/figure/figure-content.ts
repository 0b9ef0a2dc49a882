import { isObject, type Json } from "../../notebook/json";

/** A data table of a figure. */
export interface Table {
  /** Its position in the spec, such as `layer[0]`; empty at the top level. */
  readonly place: string;
  readonly rows: readonly Json[];
}

/** The content of a figure without its style. */
export interface FigureContent {
  /**
   * Marks, encodings, layout and text by their path in the spec; without data, sizes, colours and series
   * order.
   */
  readonly statements: ReadonlyMap<string, string>;
  readonly tables: readonly Table[];
  /** The fields on the x axis, used to name rows. */
  readonly xFields: ReadonlySet<string>;
}

/** Keys of content, kept wherever they occur in a spec. */
const TEXT_KEYS = new Set(["title", "subtitle", "text", "labelExpr"]);
const STRUCTURE_KEYS = new Set([
  ...["layer", "hconcat", "vconcat", "concat", "facet", "repeat", "spec", "row", "column", "transform"],
  ...["field", "type", "aggregate", "bin", "timeUnit", "stack", "datum", "sort"],
]);
/** Keys whose values are searched for content; `scale` contributes only its type and series names. */
const CONTAINER_KEYS = new Set(["encoding", "axis", "legend", "header", "scale", "mark"]);

function isKept(key: string, parent: string): boolean {
  if (parent === "encoding" || parent === "transform") return true;
  if (parent === "scale") return key === "type" || key === "domain";
  return TEXT_KEYS.has(key) || STRUCTURE_KEYS.has(key) || CONTAINER_KEYS.has(key);
}

/** Keys of name lists whose order affects only the drawing. */
const UNORDERED_KEYS = new Set(["sort", "domain"]);

function isNumberList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "number");
}

interface Extraction {
  readonly statements: Map<string, string>;
  readonly tables: Table[];
  readonly xFields: Set<string>;
}

function readTable(data: unknown, datasets: Json, place: string, extraction: Extraction): void {
  if (!isObject(data)) return;
  const values = data["values"] ?? datasets[String(data["name"])];
  if (Array.isArray(values))
    extraction.tables.push({
      place,
      rows: values.map((row) => (isObject(row) ? row : { value: row as unknown })),
    });
  else extraction.statements.set(`${place}data`, JSON.stringify(data));
}

function visit(value: unknown, place: string, parent: string, datasets: Json, extraction: Extraction): void {
  if (Array.isArray(value) && value.some(isObject)) {
    for (const [index, entry] of value.entries())
      visit(entry, `${place}[${index}]`, parent, datasets, extraction);
  } else if (!isObject(value)) {
    const names =
      Array.isArray(value) && UNORDERED_KEYS.has(parent) ? [...(value as unknown[])].sort() : value;
    extraction.statements.set(place, JSON.stringify(names));
  } else {
    const dot = place === "" ? "" : `${place}.`;
    if ("data" in value) readTable(value["data"], datasets, dot, extraction);
    const { x } = isObject(value["encoding"]) ? value["encoding"] : {};
    if (isObject(x) && typeof x["field"] === "string") extraction.xFields.add(x["field"]);
    for (const [key, entry] of Object.entries(value)) {
      const isNumericDomain = parent === "scale" && isNumberList(entry); // it follows from the data
      const only = key === "mark" && typeof entry === "string" ? { type: entry } : entry;
      if (isKept(key, parent) && !isNumericDomain) visit(only, `${dot}${key}`, key, datasets, extraction);
    }
  }
}

/** Extracts the content of a Vega-Lite spec with inline data. */
export function figureContent(spec: unknown): FigureContent {
  const extraction: Extraction = { statements: new Map(), tables: [], xFields: new Set() };
  const datasets = isObject(spec) && isObject(spec["datasets"]) ? spec["datasets"] : {};
  visit(spec, "", "", datasets, extraction);
  return extraction;
}
