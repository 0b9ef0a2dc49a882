/** The package that a notebook imports. */
const PACKAGE = "latent";

/** The names under which cells import the library: `latent`, and one for each of its rooms, such as `latent/plot`. */
export function libraryEntries(load: NodeJS.Require): ReadonlySet<string> {
  const { exports } = load(`${PACKAGE}/package.json`) as {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  const paths = Object.keys(exports).filter((path) => path !== "./package.json");
  return new Set(paths.map((path) => PACKAGE + path.slice(1)));
}
