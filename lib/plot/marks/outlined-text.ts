import { INK, type Unit } from "./theme";

type Encoding = NonNullable<Unit["encoding"]>;

/** Text written among the data. */
export interface OutlinedText {
  /** Rows with a field `text`. */
  readonly values: readonly Readonly<Record<string, string | number>>[];
  /** The position: channels x and y. */
  readonly position: Encoding;
  /** Font size in px; 12 by default. */
  readonly size?: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly align?: "left" | "center" | "right";
  readonly baseline?: "top" | "middle" | "bottom";
  readonly dx?: number;
  readonly dy?: number;
}

/**
 * Returns text that is legible over points and lines: each label is drawn twice, first as a wide white
 * outline.
 */
export function outlinedText(text: OutlinedText): Unit[] {
  const { values, position, size = 12, bold = false, color = INK.text, ...placement } = text;
  const outline = { stroke: "white", strokeWidth: 4, strokeJoin: "round" } as const;
  return [outline, {}].map((stroke) => ({
    data: { values: [...values] },
    mark: {
      type: "text",
      fontSize: size,
      fontWeight: bold ? "bold" : "normal",
      color,
      tooltip: null,
      ...placement,
      ...stroke,
    },
    encoding: { ...position, text: { field: "text", type: "nominal" } },
  }));
}
