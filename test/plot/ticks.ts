import { parse, View } from "vega";
import { compile } from "vega-lite";
import type { FigureSpec } from "latent/plot";

/** Returns the tick labels of an axis, from low to high. */
export async function ticks(spec: FigureSpec, axis: "X" | "Y" = "X"): Promise<string[]> {
  const svg = await new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
  const [drawn = ""] = new RegExp(`aria-label="${axis}-axis[\\s\\S]*?role-axis-title`).exec(svg) ?? [];
  return [...drawn.matchAll(/<text[^>]*?(?<!opacity="0")>([^<]+)<\/text>/g)].map(([, label = ""]) => label);
}
