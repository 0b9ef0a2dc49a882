import { crc32 } from "./crc32";
import { constants, deflateSync } from "node:zlib";

/** An image with 8 bits per channel, row by row: 1 channel is grey, 3 are red, green and blue. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bytes: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** PNG colour types. */
const GREY = 0;
const RGB = 2;

/**
 * Encodes a raster as a lossless PNG file (ISO/IEC 15948) without a native library.
 *
 * Tries two row filters, none (good for drawings) and Paeth (good for photographs), and returns the smaller
 * file.
 */
export function encodePng(raster: Raster): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(raster.width, 0);
  header.writeUInt32BE(raster.height, 4);
  header.writeUInt8(8, 8); // bits per channel
  header.writeUInt8(raster.channels === 1 ? GREY : RGB, 9);
  const plain = compress(unfiltered(raster));
  const filtered = compress(paethFiltered(raster));
  const body = plain.length <= filtered.length ? plain : filtered;
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", body),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Returns the raster as a `data:image/png;base64,…` URL. */
export function pngUrl(raster: Raster): string {
  return `data:image/png;base64,${encodePng(raster).toString("base64")}`;
}

function compress(rows: Uint8Array): Buffer {
  return deflateSync(rows, { level: constants.Z_BEST_COMPRESSION });
}

/** A PNG chunk: length, type, data, checksum. */
function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}

function unfiltered({ width, height, channels, bytes }: Raster): Uint8Array {
  const stride = width * channels;
  const rows = new Uint8Array(height * (stride + 1)); // each row starts with its filter type, 0
  for (let y = 0; y < height; y++)
    rows.set(bytes.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return rows;
}

function paethFiltered({ width, height, channels, bytes }: Raster): Uint8Array {
  const stride = width * channels;
  const rows = new Uint8Array(height * (stride + 1));
  const at = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : (bytes[y * stride + x] ?? 0));
  for (let y = 0; y < height; y++) {
    rows[y * (stride + 1)] = 4;
    for (let x = 0; x < stride; x++) {
      const predicted = paethPredictor(at(x - channels, y), at(x, y - 1), at(x - channels, y - 1));
      rows[y * (stride + 1) + 1 + x] = at(x, y) - predicted;
    }
  }
  return rows;
}

/** The PNG Paeth predictor: of left, above and above-left, the one nearest to left + above − above-left. */
function paethPredictor(left: number, above: number, aboveLeft: number): number {
  const estimate = left + above - aboveLeft;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - aboveLeft)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : aboveLeft;
}
