import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { readIdx } from "./idx";

/** Images with their classes. */
export interface LabelledImages {
  /** Grey levels in [0, 1], one image per row, [N, D = height · width]; the caller disposes the tensor. */
  readonly images: tf.Tensor2D;
  /** Classes 0 … 9, [N]. */
  readonly labels: Uint8Array;
  /** The height of an image in pixels. */
  readonly height: number;
  /** The width of an image in pixels. */
  readonly width: number;
}

/**
 * Reads MNIST, or a data set in the same format such as Fashion-MNIST.
 *
 * @param folder the folder of the four IDX files, gzipped or not: `train-images-idx3-ubyte`,
 *   `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`. Their checksums are
 *   verified if the folder has a file `SHA256SUMS`. By default, the 9,000 + 1,000 digits included in the
 *   course.
 * @throws if a file is missing or damaged, has another format, or if the numbers of images and labels differ.
 */
export async function loadMnist(folder: string = courseData("mnist")): Promise<{
  /** 60,000 training images, or as many as the files hold. */
  train: LabelledImages;
  /** 10,000 test images, or as many as the files hold. */
  test: LabelledImages;
}> {
  const sums = await readSums(folder);
  const train = await loadPart(folder, "train", sums);
  try {
    return { train, test: await loadPart(folder, "t10k", sums) };
  } catch (error) {
    train.images.dispose();
    throw error;
  }
}

async function loadPart(folder: string, part: string, sums: Map<string, string>): Promise<LabelledImages> {
  const read = (file: string, axes: number): ReturnType<typeof readIdx> => {
    const name = [`${file}.gz`, file].find((candidate) => existsSync(join(folder, candidate)));
    if (name === undefined)
      throw new Error(
        `loadMnist: ${join(folder, file)} is missing, with or without .gz; ` +
          "put the four IDX files of MNIST or Fashion-MNIST in that folder",
      );
    return readIdx(join(folder, name), axes, sums.get(name));
  };
  const images = await read(`${part}-images-idx3-ubyte`, 3);
  const labels = await read(`${part}-labels-idx1-ubyte`, 1);
  const [count = 0, height = 0, width = 0] = images.sizes;
  if (labels.bytes.length !== count)
    throw new Error(
      `loadMnist: ${folder} must have one label per ${part} image, got ${count} images and ` +
        `${labels.bytes.length} labels; are the files of one data set?`,
    );
  const pixels = Float32Array.from(images.bytes, (byte) => byte / 255);
  return { images: tf.tensor2d(pixels, [count, height * width]), labels: labels.bytes, height, width };
}

/** The checksums of a folder by file name, in the format of `sha256sum`; empty without such a file. */
async function readSums(folder: string): Promise<Map<string, string>> {
  const path = join(folder, "SHA256SUMS");
  if (!existsSync(path)) return new Map();
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/**
 * The folder `data/NAME` of the course, in a parent of this file, which runs from lib/ and from lib/dist/.
 */
function courseData(name: string): string {
  for (let at = __dirname; at !== dirname(at); at = dirname(at)) {
    const folder = join(at, "data", name);
    if (existsSync(join(folder, "SHA256SUMS"))) return folder;
  }
  throw new Error(
    `loadMnist: the course's folder data/${name} is missing; restore it with git checkout -- data`,
  );
}
