import { describe, expect, test } from "vitest";
import { diagnose, type Facts, type Measured } from "../../../tools/doctor/diagnosis";
import { reportText } from "../../../tools/doctor/report-text";

const native: Measured = {
  backend: "tensorflow",
  summary: "tensorflow 2.21.0 on the CPU, 2 threads",
  tensorflow: "2.21.0",
  oneDnn: true,
  onGpu: false,
  gpu: null,
  threads: 2,
  reasons: [],
  gflops: 123.4,
  side: 1024,
};
const wasm: Measured = {
  ...native,
  backend: "wasm",
  summary: "wasm 4.22.0 on the CPU, 1 thread",
  tensorflow: null,
  oneDnn: null,
  threads: 1,
  reasons: ["tensorflow does not start: its library is not there"],
};
const healthy: Facts = {
  node: "20.20.2",
  npm: "11.0.0",
  python: "3.11.7",
  jupyterlab: "4.6.6",
  kernel: { name: "TypeScript (latent)", missing: [] },
  measured: native,
  processor: { name: "A processor", vectors: "AVX2" },
  gpus: [],
  askedFor: undefined,
  setupFailures: [],
};
const card = { name: "NVIDIA H200", memoryMiB: 143_771 };

describe("diagnose", () => {
  test("finds no problem on a healthy machine", () => {
    expect(diagnose(healthy)).toEqual({
      ok: true,
      node: "20.20.2",
      npm: "11.0.0",
      python: "3.11.7",
      jupyterlab: "4.6.6",
      kernel: "TypeScript (latent)",
      backend: "tensorflow",
      summary: "tensorflow 2.21.0 on the CPU, 2 threads",
      reasons: [],
      tensorflow: "2.21.0",
      oneDnn: true,
      device: { kind: "cpu", name: "A processor", vectors: "AVX2", threads: 2 },
      gflops: 123.4,
      problems: [],
    });
  });

  test.each<[string, Partial<Facts>, string]>([
    [
      "no virtual environment",
      { python: null, jupyterlab: null },
      "the virtual environment .venv has no working Python",
    ],
    ["no JupyterLab", { jupyterlab: null }, "JupyterLab does not start in .venv"],
    ["no kernelspec", { kernel: null }, "Jupyter does not know the kernel `latent`"],
    [
      "a kernel that was moved",
      { kernel: { name: "x", missing: ["/gone/main.js"] } },
      "the kernel's command line contains missing files: /gone/main.js",
    ],
    ["no backend", { measured: "it crashed" }, "no backend starts: it crashed"],
  ])("reports %s once, as a reason why notebooks cannot run", (_, facts, what) => {
    const { ok, problems } = diagnose({ ...healthy, ...facts });
    expect(ok).toBe(false);
    expect(problems.map((problem) => problem.what)).toEqual([what]);
    expect(problems[0]?.blocks).toBe(true);
    expect(problems[0]?.remedy).toContain("npx latent setup");
  });

  test("notes why a faster backend is not used, without failing", () => {
    const { ok, backend, tensorflow, problems } = diagnose({ ...healthy, measured: wasm });
    expect({ ok, backend, tensorflow }).toEqual({ ok: true, backend: "wasm", tensorflow: null });
    expect(problems).toEqual([
      {
        what: "tensorflow does not start: its library is not there",
        remedy: "run `npx latent setup`",
        blocks: false,
      },
    ]);
  });

  test("prefers the error message of set-up", () => {
    const { problems } = diagnose({
      ...healthy,
      measured: wasm,
      setupFailures: ["the disk is full; free 2 GB"],
    });
    expect(problems.map(({ what }) => what)).toEqual(["the disk is full; free 2 GB"]);
  });

  test("suggests to unset LATENT_BACKEND if that backend does not start", () => {
    const { problems } = diagnose({ ...healthy, measured: "unknown backend", askedFor: "jax" });
    expect(problems[0]?.remedy).toBe("leave LATENT_BACKEND unset");
  });

  test("names the GPU in use, and notes one that is not used", () => {
    const used = diagnose({ ...healthy, gpus: [card], measured: { ...native, onGpu: true } });
    expect(used.device).toEqual({ kind: "gpu", ...card });
    expect(used.problems).toEqual([]);
    const unused = diagnose({ ...healthy, gpus: [card] });
    expect(unused.problems[0]?.what).toBe("the GPU (NVIDIA H200) is not used");
    const other = diagnose({ ...healthy, measured: { ...wasm, backend: "webgpu", onGpu: true, gpu: "Arc" } });
    expect(other.device).toEqual({ kind: "gpu", name: "Arc", memoryMiB: null });
  });
});

describe("reportText", () => {
  test("formats a table and a verdict", () => {
    expect(reportText(diagnose(healthy))).toBe(
      [
        "  node        20.20.2",
        "  npm         11.0.0",
        "  python      3.11.7",
        "  jupyterlab  4.6.6",
        "  kernel      TypeScript (latent)",
        "  backend     tensorflow 2.21.0 on the CPU, 2 threads",
        "  tensorflow  2.21.0, oneDNN on",
        "  device      A processor, AVX2, 2 threads",
        "  matmul      123 GFLOP/s",
        "",
        "Notebooks can run in JupyterLab.",
      ].join("\n"),
    );
  });

  test("shows that oneDNN is off, and no vector instructions where the system lists none", () => {
    const measured = { ...native, oneDnn: false };
    const text = reportText(diagnose({ ...healthy, measured, processor: { name: "Arm", vectors: null } }));
    expect(text).toContain("  tensorflow  2.21.0, oneDNN off (by TF_ENABLE_ONEDNN_OPTS)\n");
    expect(text).toContain("  device      Arm, 2 threads\n");
  });

  test("lists problems with their remedies, and missing facts", () => {
    const text = reportText(diagnose({ ...healthy, kernel: null, measured: wasm }));
    expect(text).toContain("  kernel      missing\n");
    expect(text).toContain("  tensorflow  not in use\n");
    expect(text).toContain(
      "  Error: Jupyter does not know the kernel `latent`.\n" +
        "    Remedy: run `npm start`, or `npx latent setup`.\n",
    );
    expect(text).toContain("  Note: tensorflow does not start: its library is not there.\n");
    expect(text.split("\n").at(-1)).toBe("Notebooks cannot run in JupyterLab; see the problems above.");
  });

  test("shows the memory of a GPU if it is known", () => {
    const measured = { ...native, onGpu: true };
    expect(reportText(diagnose({ ...healthy, gpus: [card], measured }))).toContain("NVIDIA H200, 143771 MiB");
    const gpus = [{ ...card, memoryMiB: null }];
    expect(reportText(diagnose({ ...healthy, gpus, measured }))).toContain("device      NVIDIA H200\n");
  });
});
