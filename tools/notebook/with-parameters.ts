import { hasTag, smokeParameters, type Cell, type Notebook } from "./document";
import { INJECTED_TAG, injectedSource, PARAMETERS_TAG, type Overrides } from "./parameters";
import { presetParameters } from "./presets";

/** Which parameters a run gets. */
export interface ParameterChoice {
  /** From the command line. */
  readonly parameters: Overrides;
  /** Whether to use the notebook's smoke parameters; those from the command line take precedence. */
  readonly smoke: boolean;
  /** The name of a preset of the notebook, likewise, in place of the smoke parameters. */
  readonly preset?: string;
}

function injectedCell(source: string): Cell {
  return {
    id: INJECTED_TAG,
    cell_type: "code",
    metadata: { tags: [INJECTED_TAG] },
    source,
    outputs: [],
    execution_count: null,
  };
}

/**
 * The notebook with a cell that overrides parameters, inserted after its parameters cell (papermill's
 * convention); the same notebook if there is nothing to override.
 *
 * @throws if there is no parameters cell or no such preset, or a parameter is unknown or has the wrong type.
 */
export function withParameters(notebook: Notebook, { parameters, smoke, preset }: ParameterChoice): Notebook {
  const small = smoke ? smokeParameters(notebook) : {};
  const chosen = preset === undefined ? small : presetParameters(notebook, preset);
  const overrides = { ...chosen, ...parameters };
  if (Object.keys(overrides).length === 0) return notebook;
  const cells = notebook.cells.filter((cell) => !hasTag(cell, INJECTED_TAG));
  const at = cells.findIndex((cell) => cell.cell_type === "code" && hasTag(cell, PARAMETERS_TAG));
  const cell = cells[at];
  if (!cell)
    throw new Error(
      `has no code cell tagged "${PARAMETERS_TAG}" to set ${Object.keys(overrides).join(", ")}`,
    );
  const injected = injectedCell(injectedSource(cell.source, overrides));
  return { ...notebook, cells: [...cells.slice(0, at + 1), injected, ...cells.slice(at + 1)] };
}
