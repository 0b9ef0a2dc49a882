import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../../core/tensor/shape";
import { canvas } from "../../raster/canvas";
import { box, type Box } from "../base/spaces";
import type { Raw } from "../base/stateful";
import type { Physics } from "./physics";
import type { Painter } from "./scene";
import type { MujocoTask } from "./task";

/** What is observed of each row. */
export interface Observer {
  readonly space: Box;
  /** Returns room for the observations of n rows. */
  allocate(n: number): Raw;
  /** Writes the observation of a row. */
  write(into: Raw, row: number, physics: Physics): void;
}

/** Observes what the task says, in float64. */
export function stateObserver(task: MujocoTask): Observer {
  const { observations, units } = task;
  const width = observations.length;
  const space = box([width], { low: -Infinity, high: Infinity, names: observations, units });
  return {
    space,
    allocate: (n) => new Float64Array(n * width),
    write: (into, row, physics) => into.set(task.observe(physics), row * width),
  };
}

/** Observes pictures, in bytes. */
export function pixelObserver(painter: () => Painter, height: number, width: number): Observer {
  const pixels = new Float32Array(height * width * 3);
  return {
    space: box([height, width, 3], { low: 0, high: 255 }),
    allocate: (n) => new Uint8Array(n * pixels.length),
    write(into, row, physics) {
      painter()(canvas(width, height, pixels), physics);
      const from = row * pixels.length;
      for (let k = 0; k < pixels.length; k++) into[from + k] = Math.round(255 * (pixels[k] ?? 0));
    },
  };
}

/** Returns observations as a tensor [B, ...]. */
export function toTensor(raw: Raw, { shape }: Box): tf.Tensor {
  return tf.tensor(Float32Array.from(raw), [raw.length / sizeOf(shape), ...shape]);
}
