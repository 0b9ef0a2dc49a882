import { inflateSync } from "node:zlib";

/** The pixels of an image by rows, one byte per channel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytes: Uint8Array;
}

const SIGNATURE = "89504e470d0a1a0a";

/** Channels per pixel by colour type; palettes are not supported. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

function chunksOf(file: Buffer): { type: string; data: Buffer }[] {
  const chunks = [];
  for (let at = 8; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    chunks.push({
      type: file.toString("latin1", at + 4, at + 8),
      data: file.subarray(at + 8, at + 8 + length),
    });
    at += 12 + length;
  }
  return chunks;
}

/** Whichever of left, above and above-left is nearest to left + above − above-left (ISO/IEC 15948, 9.4). */
function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, corner);
    default:
      return 0;
  }
}

/** Reverses the row filters; each row starts with the number of its filter. */
function unfilter(raw: Uint8Array, height: number, stride: number, channels: number): Uint8Array {
  const bytes = new Uint8Array(height * stride);
  const at = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : (bytes[y * stride + x] ?? 0));
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const [left, above, corner] = [at(x - channels, y), at(x, y - 1), at(x - channels, y - 1)];
      bytes[y * stride + x] = (raw[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return bytes;
}

/**
 * Decodes a PNG file with 8 bits per channel and no interlacing, as the library and its renderer write it.
 *
 * @returns undefined for any other file.
 */
export function decodePng(file: Buffer): Pixels | undefined {
  if (file.toString("hex", 0, 8) !== SIGNATURE) return undefined;
  const chunks = chunksOf(file);
  const header = chunks.find(({ type }) => type === "IHDR")?.data;
  if (header?.length !== 13) return undefined;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = CHANNELS[header.readUInt8(9)];
  if (channels === undefined || header.readUInt8(8) !== 8 || header.readUInt8(12) !== 0) return undefined;
  try {
    const raw = inflateSync(
      Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)),
    );
    if (raw.length !== height * (width * channels + 1)) return undefined;
    return { width, height, channels, bytes: unfilter(raw, height, width * channels, channels) };
  } catch {
    return undefined; // damaged
  }
}
