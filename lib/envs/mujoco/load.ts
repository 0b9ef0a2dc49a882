import type { MujocoModule } from "./module";

/** MuJoCo, and what it has printed since the last `take`. */
export interface Loaded {
  readonly mj: MujocoModule;
  /** Returns what was printed, and forgets it. */
  readonly take: () => string;
}

let loading: Promise<Loaded> | undefined;

/**
 * Loads MuJoCo once for all environments: they share its memory, which grows and does not shrink.
 *
 * @throws if the package `mujoco-js` is not installed.
 */
export function loadMujoco(caller: string): Promise<Loaded> {
  loading ??= load(caller).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** A package that may be missing: TypeScript must not look for its types. */
const PACKAGE: string = "mujoco-js";

type Start = (options: {
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<unknown>;

async function load(caller: string): Promise<Loaded> {
  let start: Start;
  try {
    ({ default: start } = (await import(PACKAGE)) as { default: Start });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${caller}: the package mujoco-js cannot be loaded (${reason}); ` +
        "it is an optional dependency: run `npm install --include=optional`",
      { cause: error },
    );
  }
  let printed: string[] = [];
  const print = (line: string): void => void printed.push(line);
  const mj = (await start({ print, printErr: print })) as MujocoModule;
  return {
    mj,
    take() {
      const text = printed.join(" ").trim();
      printed = [];
      return text;
    },
  };
}
