import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { readIdx } from "latent/data";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idx } from "./write-idx";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "latent-idx-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file to the test's folder, and returns its path. */
function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe("readIdx", () => {
  test("reads what was written, gzipped or not", async () => {
    const size = fc.integer({ min: 0, max: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(size, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (sizes, zipped) => {
          const count = sizes.reduce((product, n) => product * n, 1);
          const bytes = Uint8Array.from({ length: count }, (_, i) => (37 * i + 11) % 256);
          const plain = idx(sizes, bytes);
          const path = file("any", zipped ? gzipSync(plain) : plain);
          const read = await readIdx(path, sizes.length);
          expect(read.sizes).toEqual(sizes);
          expect([...read.bytes]).toEqual([...bytes]);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  test("accepts the right checksum and rejects another", async () => {
    const bytes = gzipSync(idx([3], Uint8Array.of(1, 2, 3)));
    const path = file("sum", bytes);
    const sum = createHash("sha256").update(bytes).digest("hex");
    await expect(readIdx(path, 1, sum)).resolves.toMatchObject({ sizes: [3] });
    await expect(readIdx(path, 1, "0".repeat(64))).rejects.toThrow(
      `readIdx: ${path} must have the SHA-256 000000000000…, got ${sum.slice(0, 12)}…; ` +
        "the file was changed or damaged, download it again",
    );
  });

  test("reports how a gzip file is damaged", async () => {
    const whole = gzipSync(
      idx(
        [100],
        new Uint8Array(100).map((_, i) => (i * i) % 251),
      ),
    );
    const short = file("short.gz", whole.subarray(0, whole.length - 20));
    await expect(readIdx(short, 1)).rejects.toThrow(
      `readIdx: ${short} is a damaged gzip file (unexpected end of file); download it again`,
    );
    const flipped = Uint8Array.from(whole);
    flipped[whole.length - 6] = (flipped[whole.length - 6] ?? 0) ^ 0xff; // in the checksum at the end
    const wrong = file("flipped.gz", flipped);
    await expect(readIdx(wrong, 1)).rejects.toThrow(
      `readIdx: ${wrong} is a damaged gzip file (incorrect data check); download it again`,
    );
  });

  test("reports other defects of a file", async () => {
    const images = idx([2, 3, 3], new Uint8Array(18));
    const cases: [name: string, bytes: Uint8Array, axes: number, message: string][] = [
      [
        "page.html",
        Buffer.from("<html>not found</html>"),
        3,
        "is not an IDX file, which starts with two zero bytes",
      ],
      ["empty", new Uint8Array(), 3, "is not an IDX file, which starts with two zero bytes"],
      [
        "floats",
        Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0),
        1,
        "must contain unsigned bytes (type 0x08), got type 0x0d",
      ],
      ["labels", idx([4], new Uint8Array(4)), 3, "must contain images, got labels; are two files swapped?"],
      ["images", images, 1, "must contain labels, got images; are two files swapped?"],
      [
        "matrix",
        idx([2, 2], new Uint8Array(4)),
        3,
        "must contain images, got an array of 2 axes; are two files swapped?",
      ],
      ["header", images.subarray(0, 9), 3, "ends within its header"],
      ["truncated", images.subarray(0, 20), 3, "must contain 2 x 3 x 3 = 18 bytes, got 4"],
      ["too-long", Buffer.concat([images, images]), 3, "must contain 2 x 3 x 3 = 18 bytes, got 52"],
    ];
    for (const [name, bytes, axes, message] of cases) {
      const path = file(name, bytes);
      await expect(readIdx(path, axes), name).rejects.toThrow(`readIdx: ${path} ${message}`);
    }
  });

  test("names a missing file", async () => {
    const path = join(folder, "nowhere");
    await expect(readIdx(path, 3)).rejects.toThrow(`no such file or directory, open '${path}'`);
  });
});
