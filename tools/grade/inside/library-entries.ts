/** The name of the library's package. */
const PACKAGE = "latent";

/** Returns the module names under which cells import the library: `latent`, `latent/plot`, … */
export function libraryEntries(load: NodeJS.Require): ReadonlySet<string> {
  const { exports } = load(`${PACKAGE}/package.json`) as {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  const paths = Object.keys(exports).filter((path) => path !== "./package.json");
  return new Set(paths.map((path) => PACKAGE + path.slice(1)));
}
