import { isObject, type Json } from "../../notebook/json";

/** One table of a figure. */
export interface Table {
  /** Where in the spec it lies, for example `layer[0]`; empty at the top. */
  readonly place: string;
  readonly rows: readonly Json[];
}

/** What a figure says, apart from how it looks. */
export interface Meaning {
  /** Marks, encodings, layout and words by their path in the spec; no data, sizes, colours or order of series. */
  readonly statements: ReadonlyMap<string, string>;
  readonly tables: readonly Table[];
  /** The fields on the x axis, by which a row can be named. */
  readonly xFields: ReadonlySet<string>;
}

/** Keys under which a spec says what is drawn, whatever stands around them. */
const WORDS = new Set(["title", "subtitle", "text", "labelExpr"]);
const STRUCTURE = new Set([
  ...["layer", "hconcat", "vconcat", "concat", "facet", "repeat", "spec", "row", "column", "transform"],
  ...["field", "type", "aggregate", "bin", "timeUnit", "stack", "datum", "sort"],
]);
/** Keys that lead to some of those; of `scale` only the names of the series and the type count. */
const PASSAGES = new Set(["encoding", "axis", "legend", "header", "scale", "mark"]);

const isKept = (key: string, parent: string): boolean => {
  if (parent === "encoding" || parent === "transform") return true;
  if (parent === "scale") return key === "type" || key === "domain";
  return WORDS.has(key) || STRUCTURE.has(key) || PASSAGES.has(key);
};

/** Lists of names that only say in which order they are drawn. */
const ORDERS = new Set(["sort", "domain"]);

const isNumberList = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "number");

interface Walk {
  readonly statements: Map<string, string>;
  readonly tables: Table[];
  readonly xFields: Set<string>;
}

const readTable = (data: unknown, datasets: Json, place: string, walk: Walk): void => {
  if (!isObject(data)) return;
  const values = data["values"] ?? datasets[String(data["name"])];
  if (Array.isArray(values))
    walk.tables.push({ place, rows: values.map((row) => (isObject(row) ? row : { value: row as unknown })) });
  else walk.statements.set(`${place}data`, JSON.stringify(data));
};

const visit = (value: unknown, place: string, parent: string, datasets: Json, walk: Walk): void => {
  if (Array.isArray(value) && value.some(isObject)) {
    for (const [index, entry] of value.entries()) visit(entry, `${place}[${index}]`, parent, datasets, walk);
  } else if (!isObject(value)) {
    const names = Array.isArray(value) && ORDERS.has(parent) ? [...(value as unknown[])].sort() : value;
    walk.statements.set(place, JSON.stringify(names));
  } else {
    const dot = place === "" ? "" : `${place}.`;
    if ("data" in value) readTable(value["data"], datasets, dot, walk);
    const { x } = isObject(value["encoding"]) ? value["encoding"] : {};
    if (isObject(x) && typeof x["field"] === "string") walk.xFields.add(x["field"]);
    for (const [key, entry] of Object.entries(value)) {
      const window = parent === "scale" && isNumberList(entry); // what is in view follows from the data
      const only = key === "mark" && typeof entry === "string" ? { type: entry } : entry;
      if (isKept(key, parent) && !window) visit(only, `${dot}${key}`, key, datasets, walk);
    }
  }
};

/** Reads a Vega-Lite spec with its data inside. */
export const meaningOf = (spec: unknown): Meaning => {
  const walk: Walk = { statements: new Map(), tables: [], xFields: new Set() };
  const datasets = isObject(spec) && isObject(spec["datasets"]) ? spec["datasets"] : {};
  visit(spec, "", "", datasets, walk);
  return walk;
};
