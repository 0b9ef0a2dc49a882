import {
  bytesOf,
  openTensors,
  writeTensors,
  type NamedTensor,
  type TensorFile,
} from "../../train/safetensors";
import { fileType, type Column } from "./columns";
import { replayOf, storeOf, type Replay } from "./replay";
import { filled, STEP, type Ring } from "./ring";
import { emptyStore, type ReplayOptions, type Store } from "./store";

/**
 * Writes a replay buffer to a file in the safetensors format, only as much as it holds. The file is written
 * beside the old one and renamed: when the program is killed in between, the old one is as it was.
 *
 * @throws if the file cannot be written.
 */
export async function saveReplay<O, A>(path: string, buffer: Replay<O, A>): Promise<void> {
  await writeTensors(path, replayTensors(buffer), {});
}

/**
 * Reads a replay buffer written by `saveReplay`: it draws what the saved one would draw by the same keys.
 *
 * @param like as for `replay`.
 * @param options those with which the saved one was made.
 * @throws if the file is not a valid one, or is of a buffer of other leaves or options.
 */
export async function loadReplay<O, A>(
  path: string,
  like: { readonly observation: O; readonly action: A },
  options: ReplayOptions,
): Promise<Replay<O, A>> {
  const file = await openTensors("loadReplay", path);
  try {
    return await readReplay("loadReplay", path, file, like, options);
  } finally {
    await file.close();
  }
}

/** What the names of tensors begin with. */
const PREFIX = "replay.";

/** Returns the tensors of a buffer; their bytes are those of the buffer, not copies. */
export function replayTensors(buffer: Replay<never, never> | Replay<unknown, unknown>): NamedTensor[] {
  return tensorsOf(storeOf(buffer));
}

function tensorsOf(store: Store<unknown, unknown>): NamedTensor[] {
  const { ring: of, priorities: by } = store;
  const rows = rowsOf(of);
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const column = ({ name, shape, width, rows: values, ...type }: Column): NamedTensor => ({
    name: `${PREFIX}${name}`,
    dtype: fileType({ name, shape, width, rows: values, ...type }),
    shape: [total, ...shape],
    parts: rows.map(([start, count]) => bytesOf(values.subarray(start * width, (start + count) * width))),
  });
  const powers = Float64Array.from(
    rows.flatMap(([start, count]) => range(start, count)),
    (slot) => (by === undefined ? 0 : by.powers.get(slot)),
  );
  const plain = (name: string, dtype: "F64" | "F32" | "U8", values: Float64Array): NamedTensor => ({
    name: `${PREFIX}${name}`,
    dtype,
    shape: [values.length],
    parts: [bytesOf(values)],
  });
  return [
    plain("heads", "F64", of.heads),
    ...(by === undefined
      ? []
      : [plain("powers", "F64", powers), plain("largest", "F64", Float64Array.of(by.largest))]),
    ...bookColumns(of).map(column),
    ...[...store.action, ...store.observation].map(column),
  ];
}

/** The flags and rewards as columns. */
function bookColumns(of: Ring): Column[] {
  const common = { shape: [], width: 1 };
  return [
    { name: "rewards", dtype: "float32", isBytes: false, rows: of.rewards, ...common },
    { name: "flags", dtype: "float32", isBytes: true, rows: of.flags, ...common },
  ];
}

/** The slots that have been written, as a start and a count for each copy. */
function rowsOf(of: Ring): [start: number, count: number][] {
  return Array.from(of.heads, (_, copy) => [copy * of.length, filled(of, copy)]);
}

function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

/**
 * Reads a buffer from an open file.
 *
 * @throws if a tensor is missing or unexpected, or does not fit the options.
 */
export async function readReplay<O, A>(
  caller: string,
  path: string,
  file: TensorFile,
  like: { readonly observation: O; readonly action: A },
  options: ReplayOptions,
): Promise<Replay<O, A>> {
  const store = emptyStore(like, options);
  const { ring: of, priorities: by } = store;
  const differs = (what: string): never => {
    throw new Error(
      `${caller}: ${path} must hold a buffer with the same leaves and options, but differs in ${what}`,
    );
  };
  if (file.entries[`${PREFIX}heads`]?.shape[0] !== of.copies) differs("the number of copies");
  await file.read(`${PREFIX}heads`, [bytesOf(of.heads)]);
  const expected = tensorsOf(store); // of the right sizes, still zeros
  const names = new Set(expected.map(({ name }) => name));
  const extra = Object.keys(file.entries).find((name) => name.startsWith(PREFIX) && !names.has(name));
  if (extra !== undefined) differs(extra.slice(PREFIX.length));
  for (const { name, dtype, shape, parts } of expected) {
    const entry = file.entries[name];
    if (entry?.dtype !== dtype || entry.shape.join() !== shape.join()) differs(name.slice(PREFIX.length));
    await file.read(name, parts);
  }
  of.steps = of.flags.reduce((sum, flags) => sum + ((flags & STEP) > 0 ? 1 : 0), 0);
  if (by === undefined) return replayOf(store);
  const [powers, largest] = ["powers", "largest"].map((name) => {
    const tensor = expected.find((one) => one.name === `${PREFIX}${name}`);
    const bytes = tensor?.parts[0] ?? new Uint8Array();
    return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  });
  by.largest = largest?.[0] ?? NaN;
  rowsOf(of)
    .flatMap(([start, count]) => range(start, count))
    .forEach((slot, i) => {
      if (((of.flags[slot] ?? 0) & STEP) > 0) by.powers.set(slot, powers?.[i] ?? NaN);
    });
  return replayOf(store);
}
