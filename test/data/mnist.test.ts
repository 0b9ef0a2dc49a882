import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tf } from "latent";
import { loadMnist } from "latent/data";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idx } from "./write-idx";

const shipped = join(__dirname, "..", "..", "data", "mnist");

let root = "";
let folders = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "latent-mnist-"));
});
afterAll(() => rmSync(root, { recursive: true }));

const wholeSet = {
  "train-images-idx3-ubyte": idx(
    [3, 2, 4],
    Uint8Array.from({ length: 24 }, (_, i) => i * 10),
  ),
  "train-labels-idx1-ubyte": idx([3], Uint8Array.of(7, 0, 9)),
  "t10k-images-idx3-ubyte": idx([1, 2, 4], new Uint8Array(8).fill(255)),
  "t10k-labels-idx1-ubyte": idx([1], Uint8Array.of(4)),
};

/** A folder with the four files of a tiny data set, with some replaced or omitted. */
function folderWith(changes: Readonly<Record<string, Uint8Array | string | undefined>> = {}): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  const files: typeof changes = { ...wholeSet, ...changes };
  for (const [name, bytes] of Object.entries(files))
    if (bytes !== undefined) writeFileSync(join(folder, name), bytes);
  return folder;
}

describe("the digits of the course", () => {
  test("match their checksums", () => {
    const lines = readFileSync(join(shipped, "SHA256SUMS"), "utf8").trim().split("\n");
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      const [sum, name = ""] = line.split("  ");
      expect(
        createHash("sha256")
          .update(readFileSync(join(shipped, name)))
          .digest("hex"),
      ).toBe(sum);
    }
  });

  test("are 9,000 and 1,000 grey images of all ten classes", async () => {
    const before = tf.memory().numTensors;
    const { train, test } = await loadMnist();
    expect(tf.memory().numTensors - before).toBe(2);
    for (const [part, count] of [
      [train, 9000],
      [test, 1000],
    ] as const) {
      expect([part.height, part.width]).toEqual([28, 28]);
      expect(part.images).toHaveShape([count, 784]);
      expect(part.images.dtype).toBe("float32");
      expect(part.labels).toHaveLength(count);
      const perClass = Array.from(
        { length: 10 },
        (_, c) => part.labels.filter((label) => label === c).length,
      );
      // Shuffled: the count of a class is hypergeometric, with a standard error below that of the binomial
      expect(perClass).toBeWithinStandardErrors(count / 10, Math.sqrt(count * 0.1 * 0.9));
      const pixels = Float32Array.from(part.images.dataSync());
      expect(pixels.every((v) => v >= 0 && v <= 1)).toBe(true);
      expect(pixels.every((v) => Math.abs(v * 255 - Math.round(v * 255)) < 1e-4)).toBe(true);
      const inked = pixels.reduce((sum, v) => sum + v, 0) / pixels.length;
      // 0.1307 is the mean of all of MNIST; the means of images have a standard deviation of 0.044
      expect(inked).toBeWithinStandardErrors(0.1307, 0.044 / Math.sqrt(count));
    }
    expect(new Set(images(train.images).concat(images(test.images))).size).toBe(10_000); // no duplicates
    tf.dispose([train.images, test.images]);
  });

  test("are in the order of the files, row by row", async () => {
    const folder = folderWith();
    const { train, test } = await loadMnist(folder);
    expect([train.height, train.width]).toEqual([2, 4]);
    expect(train.images).toBeNear(
      Array.from({ length: 24 }, (_, i) => Math.fround((i * 10) / 255)),
      {},
    );
    expect([...train.labels]).toEqual([7, 0, 9]);
    expect(test.images).toBeNear(1, {});
    expect([...test.labels]).toEqual([4]);
    tf.dispose([train.images, test.images]);
  });
});

/** Each row of pixels as a string. */
function images(x: tf.Tensor2D): string[] {
  const [pixels, width] = [x.dataSync(), x.shape[1]];
  return Array.from({ length: x.shape[0] }, (_, i) => pixels.slice(i * width, (i + 1) * width).join());
}

describe("loadMnist of a folder", () => {
  /** Expects a folder to be rejected with the message, without leaving tensors. */
  async function rejects(folder: string, message: string): Promise<void> {
    const before = tf.memory().numTensors;
    await expect(loadMnist(folder)).rejects.toThrow(message);
    expect(tf.memory().numTensors).toBe(before);
  }

  test("also reads gzipped files, and prefers them", async () => {
    const labels = gzipSync(idx([3], Uint8Array.of(1, 2, 3)));
    const { train, test } = await loadMnist(folderWith({ "train-labels-idx1-ubyte.gz": labels }));
    expect([...train.labels]).toEqual([1, 2, 3]);
    tf.dispose([train.images, test.images]);
  });

  test("names a missing file and its folder", async () => {
    const folder = folderWith({ "t10k-labels-idx1-ubyte": undefined });
    await rejects(
      folder,
      `loadMnist: ${join(folder, "t10k-labels-idx1-ubyte")} is missing, with or without .gz; ` +
        "put the four IDX files of MNIST or Fashion-MNIST in that folder",
    );
    const nowhere = join(root, "nowhere");
    await rejects(nowhere, `loadMnist: ${join(nowhere, "train-images-idx3-ubyte")} is missing`);
  });

  test("rejects a label file in the place of an image file", async () => {
    const folder = folderWith({ "t10k-images-idx3-ubyte": wholeSet["t10k-labels-idx1-ubyte"] });
    await rejects(
      folder,
      `readIdx: ${join(folder, "t10k-images-idx3-ubyte")} must contain images, got labels; ` +
        "are two files swapped?",
    );
  });

  test("rejects different numbers of images and labels", async () => {
    const folder = folderWith({ "train-labels-idx1-ubyte": idx([2], Uint8Array.of(1, 2)) });
    await rejects(
      folder,
      `loadMnist: ${folder} must have one label per train image, got 3 images and 2 labels; ` +
        "are the files of one data set?",
    );
  });

  test("verifies checksums if there are any", async () => {
    const good = createHash("sha256").update(wholeSet["train-images-idx3-ubyte"]).digest("hex");
    const { train, test } = await loadMnist(folderWith({ SHA256SUMS: `${good}  train-images-idx3-ubyte\n` }));
    tf.dispose([train.images, test.images]);
    const folder = folderWith({ SHA256SUMS: `${good}  t10k-images-idx3-ubyte\n` });
    await rejects(folder, `must have the SHA-256 ${good.slice(0, 12)}…, got `);
  });

  test("rejects a damaged gzip file", async () => {
    const gzip = gzipSync(wholeSet["t10k-images-idx3-ubyte"]);
    const folder = folderWith({ "t10k-images-idx3-ubyte.gz": gzip.subarray(0, gzip.length - 9) });
    await rejects(folder, "t10k-images-idx3-ubyte.gz is a damaged gzip file (unexpected end of file)");
  });
});
