import { expect, test } from "vitest";
import { threefry, threefryBlocks } from "../../../lib/core/random/threefry";

test("threefry matches the known answers of Random123 for Threefry-2x32 with 20 rounds", () => {
  const known = [
    { counter: [0, 0], key: [0, 0], answer: [0x6b200159, 0x99ba4efe] },
    { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], answer: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], answer: [0xc4923a9c, 0x483df7a0] },
  ] as const;
  for (const { counter, key, answer } of known) {
    const out = new Int32Array(2);
    threefry(Int32Array.from(key), counter[0], counter[1], out);
    expect(Array.from(new Uint32Array(out.buffer))).toEqual(answer);
  }
});

test("threefryBlocks encrypts the counters 0, 1, …", () => {
  const key = Int32Array.of(0x13198a2e, 0x83707344);
  const { first, second } = threefryBlocks(key, 101);
  for (const i of [0, 1, 100]) {
    const out = new Int32Array(2);
    threefry(key, 0, i, out);
    expect([first[i], second[i]]).toEqual(Array.from(out));
  }
});
