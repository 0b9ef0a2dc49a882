/**
 * The counter-based generator Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as
 * easy as 1, 2, 3"), in JavaScript.
 *
 * Block i is the encryption of the 64-bit counter i under the key. The words of the blocks are used as in
 * JAX's default generator, so that a key gives the same bits in both libraries.
 */

/** The constant of the third key word: k₂ = k₀ ⊕ k₁ ⊕ PARITY. */
export const PARITY = 0x1bd11bda;
/** The numbers of bits by which the second word is rotated in successive rounds, repeated cyclically. */
export const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/**
 * Encrypts the counters 0 … n−1; returns the first and the second words of the n blocks, each Int32Array [n].
 */
export function threefryBlocks(key: Int32Array, n: number): { first: Int32Array; second: Int32Array } {
  const first = new Int32Array(n);
  const second = new Int32Array(n);
  const block = new Int32Array(2);
  for (let i = 0; i < n; i++) {
    threefry(key, Math.floor(i / 2 ** 32), i, block);
    first[i] = block[0] ?? 0;
    second[i] = block[1] ?? 0;
  }
  return { first, second };
}

/** Encrypts one counter, given as its high and low words, into the two int32 words of `out`. */
export function threefry(key: Int32Array, high: number, low: number, out: Int32Array): void {
  const k0 = key[0] ?? 0;
  const k1 = key[1] ?? 0;
  const k2 = k0 ^ k1 ^ PARITY;
  let x0 = (high + k0) | 0;
  let x1 = (low + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const r = ROTATIONS[round % 8] ?? 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
    if (round % 4 !== 3) continue;
    const s = (round + 1) / 4; // after every fourth round, add the next two of the three key words
    x0 = (x0 + (s % 3 === 0 ? k0 : s % 3 === 1 ? k1 : k2)) | 0;
    x1 = (x1 + (s % 3 === 0 ? k1 : s % 3 === 1 ? k2 : k0) + s) | 0;
  }
  out[0] = x0;
  out[1] = x1;
}
