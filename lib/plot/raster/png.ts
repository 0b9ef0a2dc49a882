import { crc32 } from "./crc32";
import { constants, deflateSync } from "node:zlib";

/** An image of 8 bits a channel, row by row: 1 channel is grey, 3 are red, green, blue. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bytes: Uint8Array;
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const grey = 0;
const rgb = 2;

/**
 * The raster as a PNG file, lossless (ISO/IEC 15948), without any native library.
 * Of the two row filters that suit drawings (none) and photographs (Paeth), the one with the smaller file is kept.
 */
export function encodePng(raster: Raster): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(raster.width, 0);
  header.writeUInt32BE(raster.height, 4);
  header.writeUInt8(8, 8); // bits a channel
  header.writeUInt8(raster.channels === 1 ? grey : rgb, 9);
  const plain = pack(unfiltered(raster));
  const filtered = pack(paethFiltered(raster));
  const body = plain.length <= filtered.length ? plain : filtered;
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", body),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The raster as a `data:image/png;base64,…` address. */
export const pngUrl = (raster: Raster): string =>
  `data:image/png;base64,${encodePng(raster).toString("base64")}`;

const pack = (rows: Uint8Array): Buffer => deflateSync(rows, { level: constants.Z_BEST_COMPRESSION });

/** Length, type, data, checksum. */
function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}

function unfiltered({ width, height, channels, bytes }: Raster): Uint8Array {
  const stride = width * channels;
  const rows = new Uint8Array(height * (stride + 1)); // each row begins with its filter: 0
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
      const predicted = paeth(at(x - channels, y), at(x, y - 1), at(x - channels, y - 1));
      rows[y * (stride + 1) + 1 + x] = at(x, y) - predicted;
    }
  }
  return rows;
}

/** Of left, above and above-left, the one nearest to left + above − above-left. */
function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
