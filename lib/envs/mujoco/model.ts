import { posix } from "node:path";
import type { Loaded } from "./load";
import type { MjModel, MujocoModule } from "./module";

/** A model as MJCF: the XML, or the XML with the files that it names. */
export type Mjcf = string | MjcfFiles;

/** A model and the files that it names. */
export interface MjcfFiles {
  /** The text of the model. */
  readonly xml: string;
  /** Included files, meshes and textures, by the paths that the model gives them. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

let folders = 0;

/**
 * Compiles a model.
 *
 * @throws with MuJoCo's own message and line number, if it does not compile.
 */
export function compileModel(caller: string, { mj, take }: Loaded, mjcf: Mjcf): MjModel {
  const { xml, files } = typeof mjcf === "string" ? { xml: mjcf, files: {} } : mjcf;
  const folder = `/models/${folders++}`;
  const paths = Object.entries({ ...files, "model.xml": xml }).map(([name, content]) => {
    const path = posix.join(folder, name);
    mj.FS.mkdirTree(posix.dirname(path));
    mj.FS.writeFile(path, content);
    return path;
  });
  take();
  let reason: string;
  try {
    const model = mj.MjModel.loadFromXML(`${folder}/model.xml`);
    if (model !== null) return model;
    reason = take();
  } catch (error) {
    reason = explain(error, mj);
  } finally {
    for (const path of paths) mj.FS.unlink(path);
  }
  throw new Error(`${caller}: mjcf does not compile; MuJoCo says: ${reason}`);
}

/** A C++ exception, which has no message but an address. */
interface Thrown {
  readonly excPtr: number;
}

/** Returns MuJoCo's message: an exception of its compiler begins with its text. */
export function explain(error: unknown, mj: MujocoModule): string {
  const address = (error as Partial<Thrown>).excPtr;
  if (address === undefined) return error instanceof Error ? error.message : String(error);
  const buffer = new mj.DoubleBuffer(1); // a way to see the memory
  const memory = new Uint8Array(buffer.GetView().buffer);
  const end = memory.indexOf(0, address);
  const text = new TextDecoder().decode(memory.slice(address, Math.min(end, address + 1000)));
  buffer.delete();
  const hint = text.includes("allocate memory")
    ? "; use fewer copies: all share 2 GiB, and close frees them"
    : "";
  return text.trim().replaceAll("\n", "; ") + hint;
}
