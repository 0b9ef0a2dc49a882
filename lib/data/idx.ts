import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** The contents of an IDX file of unsigned bytes: the sizes of its axes, and the bytes, row-major. */
export interface Idx {
  readonly sizes: readonly number[];
  readonly bytes: Uint8Array;
}

const UNSIGNED_BYTES = 0x08;

function nounOf(axes: number): string {
  return axes === 3 ? "images" : axes === 1 ? "labels" : `an array of ${axes} axes`;
}

/**
 * Reads an IDX file (the format of MNIST), gzipped or not.
 *
 * @param axes how many axes the array is to have: 3 for images, 1 for labels.
 * @param sha256 the checksum of the file as it lies on disk, where one is known.
 * @throws when the file is not what it should be, naming the file and what came instead.
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
      `readIdx: ${path} has the checksum ${got.slice(0, 12)}…, expected ${expected.slice(0, 12)}…; ` +
        "the file was changed or damaged, fetch it again",
    );
}

async function unzip(path: string, file: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(file);
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(`readIdx: ${path} is a damaged gzip file (${why}); fetch it again`, { cause: error });
  }
}

/** Header: two zero bytes, the type of the entries, the number of axes, each axis's size as 32 bits, big end first. */
function parseIdx(path: string, file: Uint8Array, axes: number): Idx {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = 4 + 4 * axes;
  if (file.length < 4 || view.getUint16(0) !== 0)
    throw new Error(`readIdx: ${path} is no IDX file; expected it to begin with two zero bytes`);
  if (view.getUint8(2) !== UNSIGNED_BYTES)
    throw new Error(
      `readIdx: ${path} must hold unsigned bytes (type 0x08), got type 0x${hex(view.getUint8(2))}`,
    );
  if (view.getUint8(3) !== axes)
    throw new Error(
      `readIdx: ${path} must hold ${nounOf(axes)}, got ${nounOf(view.getUint8(3))}; are two files swapped?`,
    );
  if (file.length < headerLength) throw new Error(`readIdx: ${path} ends within its header`);
  const sizes = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = sizes.reduce((product, size) => product * size, 1);
  const bytes = file.subarray(headerLength);
  if (bytes.length !== expected)
    throw new Error(
      `readIdx: ${path} must hold ${sizes.join(" x ")} = ${expected} bytes, got ${bytes.length}`,
    );
  return { sizes, bytes };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
