import * as tf from "@tensorflow/tfjs";
import { showShape } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import type { Fit } from "./fit";
import {
  bytesOf,
  openTensors,
  writeTensors,
  type Dtype,
  type NamedTensor,
  type TensorEntry,
  type TensorFile,
} from "./safetensors";

/** The dtypes of a safetensors file, by those of tfjs. */
const DTYPES: Readonly<Record<string, Dtype>> = { float32: "F32", int32: "I32", bool: "BOOL" };

/**
 * Writes a training run to a file; resumed with `loadCheckpoint`, the run continues bit for bit.
 *
 * The file has the safetensors format, which other languages can read, with one tensor per leaf, named by its
 * path. It is written to a temporary file and renamed, so that an interruption leaves the old file intact.
 *
 * @throws if a leaf is not float32, int32 or bool, if two leaves have the same path, or if the file cannot be
 *   written.
 */
export async function saveCheckpoint<P>(path: string, { state, step }: Fit<P>): Promise<void> {
  await writeTensors(path, await namedLeaves("saveCheckpoint", state), { step: String(step) });
}

/**
 * Returns the leaves of a tree as tensors to write, named by their paths.
 *
 * @param caller the function to name in messages.
 * @param path what the names begin with.
 * @throws if a leaf is not float32, int32 or bool, or if two leaves have the same path.
 */
export async function namedLeaves(
  caller: string,
  state: unknown,
  path: readonly string[] = [],
): Promise<NamedTensor[]> {
  const names = new Set<string>();
  const tensors: NamedTensor[] = [];
  for (const [name, leaf] of tree.entries(state, path)) {
    const dtype = DTYPES[leaf.dtype];
    if (dtype === undefined)
      throw new Error(`${caller}: ${name} must be float32, int32 or bool, got ${leaf.dtype}`);
    if (names.has(name))
      throw new Error(`${caller}: leaves must have distinct paths, got ${name} twice; rename one of them`);
    names.add(name);
    const parts = [bytesOf(await leaf.data<"float32" | "int32">())];
    tensors.push({ name, dtype, shape: leaf.shape, parts });
  }
  return tensors;
}

/**
 * Reads a training run written by `saveCheckpoint`, for `fit({ …, resume })`.
 *
 * @param like a state of the same structure and shapes, such as
 *   `{ params, optimizer: optimizer.init(params) }`, which is not disposed.
 * @returns the run; the caller disposes its tensors.
 * @throws if the file is not a valid checkpoint, or if a tensor is missing, unexpected, or has another shape
 *   or dtype.
 */
export async function loadCheckpoint<P>(path: string, like: Fit<P>["state"]): Promise<Fit<P>> {
  const file = await openTensors("loadCheckpoint", path);
  try {
    const known = new Set(tree.entries(like).map(([name]) => name));
    const extra = Object.keys(file.entries).find((name) => !known.has(name));
    if (extra !== undefined)
      throw new Error(
        `loadCheckpoint: ${path} has ${extra}, which the model does not have; is it of another model?`,
      );
    const state = await readLeaves("loadCheckpoint", path, file, like);
    return { state, step: Number(file.metadata["step"] ?? 0) };
  } finally {
    await file.close();
  }
}

/**
 * Reads a tree like another from the tensors named by its paths.
 *
 * @param prefix what the names begin with.
 * @returns the tree; the caller disposes its tensors.
 * @throws if a tensor is missing, or has another shape or dtype; before any tensor is made.
 */
export async function readLeaves<T>(
  caller: string,
  path: string,
  file: TensorFile,
  like: T,
  prefix: readonly string[] = [],
): Promise<T> {
  const leaves = tree.entries(like, prefix);
  for (const [name, leaf] of leaves) checkEntry(caller, path, name, file.entries[name], leaf);
  const arrays = leaves.map(([, leaf]) => emptyLike(leaf));
  for (const [i, [name]] of leaves.entries()) await file.read(name, arrays.slice(i, i + 1).map(bytesOf));
  const tensors = leaves.map(([, leaf], i) => tf.tensor(arrays[i] as Uint8Array, leaf.shape, leaf.dtype));
  return tree.unflatten(like, tensors);
}

function checkEntry(
  caller: string,
  path: string,
  name: string,
  entry: TensorEntry | undefined,
  leaf: tf.Tensor,
): void {
  if (entry === undefined) throw new Error(`${caller}: ${path} has no ${name}; is it of another model?`);
  const expected = `${DTYPES[leaf.dtype] ?? leaf.dtype} ${showShape(leaf.shape)}`;
  const got = `${entry.dtype} ${showShape(entry.shape)}`;
  if (got !== expected) throw new Error(`${caller}: ${name} must be ${expected}, got ${got} in ${path}`);
}

function emptyLike({ dtype, size }: tf.Tensor): Float32Array | Int32Array | Uint8Array {
  if (dtype === "bool") return new Uint8Array(size);
  return dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
}
