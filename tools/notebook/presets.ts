import { isObject } from "./json";
import { smokeParameters, type Notebook } from "./document";
import type { Overrides } from "./parameters";

/** The preset that every notebook has: the parameters of its own cell. */
export const DEFAULT_PRESET = "default";

/**
 * Returns the presets of a notebook by name: `default`, `smoke` if its metadata has `latent.smoke`, and those
 * of `latent.presets`.
 *
 * @throws if `latent.presets` is not an object of objects, or names one of the two others.
 */
export function presetsOf(notebook: Notebook): Readonly<Record<string, Overrides>> {
  const smoke = smokeParameters(notebook);
  const { latent } = notebook.metadata;
  const given = isObject(latent) ? (latent["presets"] ?? {}) : {};
  if (!isObject(given) || !Object.values(given).every(isObject))
    throw new Error("the metadata latent.presets must hold an object of parameters for each name");
  const taken = ["smoke", DEFAULT_PRESET].find((name) => Object.hasOwn(given, name));
  if (taken !== undefined)
    throw new Error(`the metadata latent.presets cannot name ${taken}; its parameters are ${WHERE[taken]}`);
  return { [DEFAULT_PRESET]: {}, ...(smoke ? { smoke } : {}), ...(given as Record<string, Overrides>) };
}

const WHERE: Readonly<Record<string, string>> = {
  smoke: "in latent.smoke",
  [DEFAULT_PRESET]: "those of the cell",
};

/**
 * Returns the parameters of a preset.
 *
 * @throws if the notebook has none of this name, with the names that it has.
 */
export function presetParameters(notebook: Notebook, name: string): Overrides {
  const presets = presetsOf(notebook);
  const found = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (found === undefined)
    throw new Error(`has no preset ${name} (latent.presets); it has ${Object.keys(presets).join(", ")}`);
  return found;
}
