import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { showShape, sizeOf } from "../core/tensor/shape";
import * as tree from "../core/tensor/tree";
import type { Fit } from "./fit";

/** How tensors are called in a safetensors file, by tfjs's types. */
const dtypes = { float32: "F32", int32: "I32", bool: "BOOL" } as const;

/** One tensor in the header of a safetensors file. */
interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [begin: number, end: number];
}

/**
 * Writes a training run to a file, from which `loadCheckpoint` goes on to the bit.
 *
 * The file is in the safetensors format, one tensor for each leaf under its path, so that other languages read it too. It is
 * written beside its place and moved there, so that an interruption leaves the old file whole.
 */
export async function saveCheckpoint<P>(path: string, { state, step }: Fit<P>): Promise<void> {
  const header: Record<string, Entry | Record<string, string>> = { __metadata__: { step: String(step) } };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, leaf] of tree.entries(state)) {
    const dtype = dtypes[leaf.dtype as keyof typeof dtypes] as string | undefined;
    if (dtype === undefined)
      throw new Error(`saveCheckpoint: ${name} must be float32, int32 or bool, got ${leaf.dtype}`);
    if (name in header)
      throw new Error(`saveCheckpoint: two leaves would be called ${name}; rename one of them`);
    const values = await leaf.data<"float32" | "int32">();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    header[name] = { dtype, shape: leaf.shape, data_offsets: [offset, offset + bytes.length] };
    parts.push(bytes);
    offset += bytes.length;
  }
  await writeWhole(path, [...headerBytes(header), ...parts]);
}

/** The length of the header as 64 bits, little end first, and the header, filled up to a multiple of eight bytes. */
function headerBytes(header: unknown): [length: Uint8Array, text: Uint8Array] {
  const text = Buffer.from(JSON.stringify(header));
  const filled = Buffer.concat([text, Buffer.alloc(-text.length & 7, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(filled.length));
  return [length, filled];
}

async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const beside = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(beside, Buffer.concat(parts));
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

/**
 * Reads a training run that `saveCheckpoint` wrote, for `fit({ …, resume })`.
 *
 * @param like a state of the same structure and shapes, such as `{ params, optimizer: optimizer.init(params) }`; left alone.
 * @returns the run; its tensors are the caller's to dispose.
 * @throws when the file is no checkpoint or is cut short, or when a tensor is missing, left over or of another shape or type.
 */
export async function loadCheckpoint<P>(path: string, like: Fit<P>["state"]): Promise<Fit<P>> {
  const file = await readFile(path).catch((error: unknown) => {
    throw new Error(`loadCheckpoint: ${path} cannot be read; was it saved there?`, { cause: error });
  });
  const { entries, metadata, data } = parse(path, file);
  const leaves = tree.entries(like);
  const known = new Set(leaves.map(([name]) => name));
  const extra = Object.keys(entries).find((name) => !known.has(name));
  if (extra !== undefined)
    throw new Error(`loadCheckpoint: ${path} has ${extra}, which the model does not have`);
  for (const [name, leaf] of leaves) check(path, name, entries[name], leaf);
  const tensors = leaves.map(([name, leaf]) => tensorOf(entries[name] as Entry, leaf, data));
  return { state: tree.unflatten(like, tensors), step: Number(metadata["step"] ?? 0) };
}

function check(path: string, name: string, entry: Entry | undefined, leaf: tf.Tensor): void {
  if (entry === undefined) throw new Error(`loadCheckpoint: ${path} has no ${name}; is it of another model?`);
  const expected = `${dtypes[leaf.dtype as keyof typeof dtypes]} ${showShape(leaf.shape)}`;
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
    throw new Error(`loadCheckpoint: ${path} is no whole checkpoint (${(error as Error).message})`, {
      cause: error,
    });
  }
}

const bytesOf: Readonly<Record<string, number>> = { F32: 4, I32: 4, BOOL: 1 };

/** Each tensor must have the bytes that its shape asks for, one after the other to the end. */
function checkOffsets(entries: readonly Entry[], length: number): void {
  let at = 0;
  for (const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } of entries) {
    const size = (bytesOf[dtype] ?? NaN) * sizeOf(shape);
    if (begin !== at || end - begin !== size) throw new Error("the header's places do not fit its shapes");
    at = end;
  }
  if (at !== length) throw new Error(`${length} bytes of data, ${at} expected`);
}

function tensorOf({ data_offsets: [begin, end] }: Entry, leaf: tf.Tensor, data: Uint8Array): tf.Tensor {
  const bytes = Uint8Array.from(data.subarray(begin, end)); // a copy begins at a multiple of four bytes
  if (leaf.dtype === "bool") return tf.tensor(bytes, leaf.shape, "bool");
  const values = leaf.dtype === "int32" ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer);
  return tf.tensor(values, leaf.shape, leaf.dtype);
}
