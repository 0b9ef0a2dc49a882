import { cpus } from "node:os";
import { processor } from "latent";
import { expect, test } from "vitest";
import { vectorInstructions } from "../../../lib/core/backend/processor";

test("names the processor as the system does", () => {
  expect(processor().name).toBe(cpus()[0]?.model.trim());
});

test.each([
  ["processor\t: 0\nflags\t\t: fpu sse2 avx avx2 avx512f avx512bw\nbugs\t: spectre_v1\n", "AVX-512"],
  ["processor\t: 0\nflags\t\t: fpu sse2 avx f16c avx2\n", "AVX2"],
  ["flags\t\t: fpu sse2 avx f16c\n", "AVX"],
  ["processor\t: 0\nFeatures\t: fp asimd evtstrm sve\n", "SVE"],
  ["Features\t: fp asimd evtstrm\n", "NEON"],
  ["flags\t\t: fpu sse2\n", null],
  ["", null],
])("finds the widest vector instructions in %j", (cpuInfo, expected) => {
  expect(vectorInstructions(cpuInfo)).toBe(expected);
});
