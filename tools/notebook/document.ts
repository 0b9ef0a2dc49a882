import { isObject, type Json } from "./json";
import type { Overrides } from "./parameters";

/** A MIME bundle: one value in several representations. */
export type Bundle = Readonly<Record<string, unknown>>;

/** An output of a code cell (nbformat 4). */
export type Output =
  | { readonly output_type: "stream"; readonly name: string; readonly text: string }
  | { readonly output_type: "display_data"; readonly data: Bundle; readonly metadata: Json }
  | {
      readonly output_type: "execute_result";
      readonly data: Bundle;
      readonly metadata: Json;
      readonly execution_count: number | null;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** A cell; only code cells have `outputs` and `execution_count`. */
export interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly metadata: Json;
  readonly source: string;
  readonly outputs?: readonly Output[];
  readonly execution_count?: number | null;
  readonly attachments?: Json;
}

/** A notebook in memory: sources and texts as single strings. */
export interface Notebook {
  readonly metadata: Json;
  readonly cells: readonly Cell[];
}

/** Whether a cell has a tag. */
export function hasTag({ metadata }: Cell, tag: string): boolean {
  return Array.isArray(metadata["tags"]) && (metadata["tags"] as unknown[]).includes(tag);
}

/**
 * Whether a run executes and counts a cell: a code cell that is neither empty nor tagged `skip-execution`.
 */
export function isRunnable(cell: Cell): boolean {
  return cell.cell_type === "code" && cell.source.trim() !== "" && !hasTag(cell, "skip-execution");
}

/** The parameters of the notebook's smoke mode, from its metadata (`latent.smoke`). */
export function smokeParameters({ metadata }: Notebook): Overrides | undefined {
  const { latent } = metadata;
  const smoke = isObject(latent) ? latent["smoke"] : undefined;
  return isObject(smoke) ? smoke : undefined;
}
