import { ink, type Unit } from "./theme";

type Encoding = NonNullable<Unit["encoding"]>;

/** Words to write among the data. */
export interface Words {
  /** Rows with a field `text`. */
  readonly values: readonly Readonly<Record<string, string | number>>[];
  /** Where they stand: the channels x and y. */
  readonly at: Encoding;
  readonly size?: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly align?: "left" | "center" | "right";
  readonly baseline?: "top" | "middle" | "bottom";
  readonly dx?: number;
  readonly dy?: number;
}

/** Words that stay legible over points and lines: each is written twice, first as a broad white outline. */
export function words({ values, at, size = 12, bold = false, color = ink.text, ...place }: Words): Unit[] {
  const outline = { stroke: "white", strokeWidth: 4, strokeJoin: "round" } as const;
  return [outline, {}].map((look) => ({
    data: { values: [...values] },
    mark: {
      type: "text",
      fontSize: size,
      fontWeight: bold ? "bold" : "normal",
      color,
      tooltip: null,
      ...place,
      ...look,
    },
    encoding: { ...at, text: { field: "text", type: "nominal" } },
  }));
}
