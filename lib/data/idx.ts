import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** The contents of an IDX file of unsigned bytes. */
export interface Idx {
  /** The size of each axis. */
  readonly sizes: readonly number[];
  /** The entries, row-major. */
  readonly bytes: Uint8Array;
}

const UNSIGNED_BYTES = 0x08;

function nounOf(axes: number): string {
  return axes === 3 ? "images" : axes === 1 ? "labels" : `an array of ${axes} axes`;
}

/**
 * Reads an IDX file, the format of MNIST, gzipped or not.
 *
 * @param axes the expected number of axes: 3 for images, 1 for labels.
 * @param sha256 the expected checksum of the file on disk in hexadecimal; not checked by default.
 * @throws if the file cannot be read, its checksum differs, or it is not an IDX file of unsigned bytes with
 *   these axes.
 */
export async function readIdx(path: string, axes: number, sha256?: string): Promise<Idx> {
  const file = await readFile(path);
  checkSum(path, file, sha256);
  const isGzip = file[0] === 0x1f && file[1] === 0x8b;
  return parseIdx(path, isGzip ? await unzip(path, file) : file, axes);
}

function checkSum(path: string, file: Uint8Array, expected: string | undefined): void {
  if (expected === undefined) return;
  const got = createHash("sha256").update(file).digest("hex");
  if (got !== expected)
    throw new Error(
      `readIdx: ${path} must have the SHA-256 ${expected.slice(0, 12)}…, got ${got.slice(0, 12)}…; ` +
        "the file was changed or damaged, download it again",
    );
}

async function unzip(path: string, file: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(file);
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`readIdx: ${path} is a damaged gzip file (${why}); download it again`, { cause: error });
  }
}

/**
 * Header: two zero bytes, the type of the entries, the number of axes, and each axis's size as a big-endian
 * uint32.
 */
function parseIdx(path: string, file: Uint8Array, axes: number): Idx {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = 4 + 4 * axes;
  if (file.length < 4 || view.getUint16(0) !== 0)
    throw new Error(`readIdx: ${path} is not an IDX file, which starts with two zero bytes`);
  if (view.getUint8(2) !== UNSIGNED_BYTES)
    throw new Error(
      `readIdx: ${path} must contain unsigned bytes (type 0x08), got type 0x${hex(view.getUint8(2))}`,
    );
  if (view.getUint8(3) !== axes)
    throw new Error(
      `readIdx: ${path} must contain ${nounOf(axes)}, got ${nounOf(view.getUint8(3))}; ` +
        "are two files swapped?",
    );
  if (file.length < headerLength)
    throw new Error(`readIdx: ${path} ends within its header; download it again`);
  const sizes = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = sizes.reduce((product, size) => product * size, 1);
  const bytes = file.subarray(headerLength);
  if (bytes.length !== expected)
    throw new Error(
      `readIdx: ${path} must contain ${sizes.join(" x ")} = ${expected} bytes, got ${bytes.length}; ` +
        "download it again",
    );
  return { sizes, bytes };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
