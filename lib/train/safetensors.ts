/** Files of named tensors in the safetensors format, which other languages can read. */
import { randomUUID } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { sizeOf, type Shape } from "../core/tensor/shape";

/** The bytes of a number, by the names of the format. */
const BYTES_PER_NUMBER = { F64: 8, F32: 4, I32: 4, U8: 1, BOOL: 1 } as const;

/** The types of numbers that are written. */
export type Dtype = keyof typeof BYTES_PER_NUMBER;

/** A tensor to write. */
export interface NamedTensor {
  /** The name, unique in the file. */
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** Its bytes, in pieces that follow one another. */
  readonly parts: readonly Uint8Array[];
}

/** One tensor in the header. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** An open file of tensors. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: Readonly<Record<string, TensorEntry>>;
  /**
   * Reads a tensor into pieces that follow one another.
   *
   * @throws if the file has no such tensor, or it has another number of bytes.
   */
  read(name: string, parts: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** Returns the bytes of an array of numbers, without a copy. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Writes tensors to a file. They go to a temporary file, which is flushed to the disk and then renamed: an
 * interruption at any point leaves either the old file or the new one.
 *
 * @throws if the file cannot be written; then the old one is as it was.
 */
export async function writeTensors(
  path: string,
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, dtype, shape, parts } of tensors) {
    const end = offset + parts.reduce((sum, { length }) => sum + length, 0);
    header[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(temporary, "w");
    try {
      for (const bytes of [...headerBytes(header), ...tensors.flatMap(({ parts }) => parts)])
        await writeAll(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The bytes of a call: the operating system refuses 2 GiB or more at once. */
const PIECE = 2 ** 28;

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;)
    at += (await file.write(bytes, at, Math.min(PIECE, bytes.length - at))).bytesWritten;
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

/**
 * Opens a file of tensors; the caller closes it.
 *
 * @param caller the function to name in messages.
 * @throws if there is no such file, or it is not a whole one of this format.
 */
export async function openTensors(caller: string, path: string): Promise<TensorFile> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw new Error(`${caller}: cannot read ${path}; check the path`, { cause: error });
  });
  try {
    const { size } = await file.stat();
    const start = await readHeaderLength(file, size);
    const text = Buffer.alloc(start - 8);
    await readAll(file, text, 8);
    const { __metadata__: metadata = {}, ...entries } = JSON.parse(text.toString()) as {
      __metadata__?: Record<string, string>;
    } & Record<string, TensorEntry>;
    checkOffsets(Object.values(entries), size - start);
    return {
      metadata,
      entries,
      read: async (name, parts) => {
        const [begin = 0, end = 0] = entries[name]?.data_offsets ?? [];
        const length = parts.reduce((sum, part) => sum + part.length, 0);
        if (entries[name] === undefined || end - begin !== length)
          throw new Error(`${caller}: ${name} must have ${length} bytes, got ${end - begin} in ${path}`);
        let at = start + begin;
        for (const part of parts) {
          await readAll(file, part, at);
          at += part.length;
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw new Error(`${caller}: ${path} is not a valid checkpoint (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/** Returns where the data begin. */
async function readHeaderLength(file: FileHandle, size: number): Promise<number> {
  const word = Buffer.alloc(8);
  await readAll(file, word, 0);
  const start = 8 + Number(word.readBigUInt64LE());
  if (start > size) throw new Error(`expected a header of ${start} bytes, got ${size}`);
  return start;
}

async function readAll(file: FileHandle, into: Uint8Array, from: number): Promise<void> {
  for (let at = 0; at < into.length;) {
    const length = Math.min(PIECE, into.length - at);
    const { bytesRead } = await file.read(into, at, length, from + at);
    if (bytesRead === 0) throw new Error(`expected ${into.length} bytes at ${from}, got ${at}`);
    at += bytesRead;
  }
}

/** Checks that the tensors have the sizes of their shapes, and fill the data without gaps. */
function checkOffsets(entries: readonly TensorEntry[], length: number): void {
  let at = 0;
  for (const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } of entries) {
    const size = (dtype in BYTES_PER_NUMBER ? BYTES_PER_NUMBER[dtype as Dtype] : NaN) * sizeOf(shape);
    if (begin !== at || end - begin !== size) throw new Error("the header's offsets do not fit its shapes");
    at = end;
  }
  if (at !== length) throw new Error(`expected ${at} bytes of data, got ${length}`);
}
