import { tf } from "latent";

/**
 * Measures the speed of a matrix product on the current backend, after warm-up.
 *
 * @param side the side of both square matrices.
 * @param repeats the number of timings, whose median is taken.
 * @returns 10⁹ floating-point operations per second; a product takes 2 · side³.
 */
export async function matmulSpeed(side: number, repeats = 9): Promise<number> {
  const a = tf.ones([side, side]);
  const b = tf.ones([side, side]);
  const once = async (): Promise<number> => {
    const begun = performance.now();
    const corner = tf.tidy(() => tf.matMul(a, b).slice([0, 0], [1, 1]));
    await corner.data(); // a backend may return before it has finished
    corner.dispose();
    return performance.now() - begun;
  };
  for (let warm = 0; warm < 3; warm++) await once();
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) times.push(await once());
  tf.dispose([a, b]);
  times.sort((first, second) => first - second);
  const median = times[Math.floor(repeats / 2)] ?? NaN;
  return (2 * side ** 3) / (median * 1e6);
}
