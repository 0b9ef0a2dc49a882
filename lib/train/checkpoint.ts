import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { showShape, sizeOf } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import type { Fit } from "./fit";

/** The dtypes of a safetensors file, by those of tfjs. */
const DTYPES = { float32: "F32", int32: "I32", bool: "BOOL" } as const;

/** One tensor in the header of a safetensors file. */
interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [begin: number, end: number];
}

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
  const header: Record<string, Entry | Record<string, string>> = { __metadata__: { step: String(step) } };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, leaf] of tree.entries(state)) {
    const dtype = DTYPES[leaf.dtype as keyof typeof DTYPES] as string | undefined;
    if (dtype === undefined)
      throw new Error(`saveCheckpoint: ${name} must be float32, int32 or bool, got ${leaf.dtype}`);
    if (name in header)
      throw new Error(
        `saveCheckpoint: leaves must have distinct paths, got ${name} twice; rename one of them`,
      );
    const values = await leaf.data<"float32" | "int32">();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    header[name] = { dtype, shape: leaf.shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  await writeAtomically(path, [...headerBytes(header), ...parts]);
}

/**
 * The length of the header as a little-endian 64-bit integer, and the header, padded to a multiple of eight
 * bytes.
 */
function headerBytes(header: unknown): [length: Uint8Array, text: Uint8Array] {
  const text = Buffer.from(JSON.stringify(header));
  const filled = Buffer.concat([text, Buffer.alloc(-text.length & 7, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(filled.length));
  return [length, filled];
}

async function writeAtomically(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(temporary, Buffer.concat(parts));
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
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
  const file = await readFile(path).catch((error: unknown) => {
    throw new Error(`loadCheckpoint: cannot read ${path}; check the path`, { cause: error });
  });
  const { entries, metadata, data } = parse(path, file);
  const leaves = tree.entries(like);
  const known = new Set(leaves.map(([name]) => name));
  const extra = Object.keys(entries).find((name) => !known.has(name));
  if (extra !== undefined)
    throw new Error(
      `loadCheckpoint: ${path} has ${extra}, which the model does not have; is it of another model?`,
    );
  for (const [name, leaf] of leaves) checkEntry(path, name, entries[name], leaf);
  const tensors = leaves.map(([name, leaf]) => tensorOf(entries[name] as Entry, leaf, data));
  return { state: tree.unflatten(like, tensors), step: Number(metadata["step"] ?? 0) };
}

function checkEntry(path: string, name: string, entry: Entry | undefined, leaf: tf.Tensor): void {
  if (entry === undefined) throw new Error(`loadCheckpoint: ${path} has no ${name}; is it of another model?`);
  const expected = `${DTYPES[leaf.dtype as keyof typeof DTYPES]} ${showShape(leaf.shape)}`;
  const got = `${entry.dtype} ${showShape(entry.shape)}`;
  if (got !== expected) throw new Error(`loadCheckpoint: ${name} must be ${expected}, got ${got} in ${path}`);
}

function parse(
  path: string,
  file: Buffer,
): { entries: Record<string, Entry>; metadata: Record<string, string>; data: Uint8Array } {
  try {
    const length = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.toString("utf8", 8, 8 + length)) as Record<string, Entry>;
    const { __metadata__: metadata, ...entries } = header as {
      __metadata__?: Record<string, string>;
    } & typeof header;
    const data = file.subarray(8 + length);
    checkOffsets(Object.values(entries), data.length);
    return { entries, metadata: metadata ?? {}, data };
  } catch (error) {
    throw new Error(`loadCheckpoint: ${path} is not a valid checkpoint (${(error as Error).message})`, {
      cause: error,
    });
  }
}

const BYTES_PER_NUMBER: Readonly<Record<string, number>> = { F32: 4, I32: 4, BOOL: 1 };

/** Checks that the tensors have the sizes of their shapes, and fill the data without gaps. */
function checkOffsets(entries: readonly Entry[], length: number): void {
  let at = 0;
  for (const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } of entries) {
    const size = (BYTES_PER_NUMBER[dtype] ?? NaN) * sizeOf(shape);
    if (begin !== at || end - begin !== size) throw new Error("the header's offsets do not fit its shapes");
    at = end;
  }
  if (at !== length) throw new Error(`expected ${at} bytes of data, got ${length}`);
}

function tensorOf({ data_offsets: [begin, end] }: Entry, leaf: tf.Tensor, data: Uint8Array): tf.Tensor {
  const bytes = Uint8Array.from(data.subarray(begin, end)); // a copy, whose buffer is aligned to four bytes
  if (leaf.dtype === "bool") return tf.tensor(bytes, leaf.shape, "bool");
  const values = leaf.dtype === "int32" ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer);
  return tf.tensor(values, leaf.shape, leaf.dtype);
}
