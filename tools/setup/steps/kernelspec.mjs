import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, folders } from "../system/paths.mjs";
import { digest } from "../system/stamp.mjs";
import { writeAtomic } from "../system/write-atomic.mjs";

const share = join(folders.venv, "share", "jupyter");

/** The compiled entry point of tools/kernel. */
const launcher = join(checkout, "tools", "dist", "kernel", "main.js");

/** Jupyter's configuration files with their contents. @type {Readonly<Record<string, unknown>>} */
const files = {
  [join(share, "kernels", "latent", "kernel.json")]: {
    argv: [process.execPath, "--no-force-async-hooks-checks", launcher, "{connection_file}"],
    display_name: "TypeScript (latent)",
    language: "typescript",
    interrupt_mode: "message", // reaches the kernel even while a cell computes without yielding
    env: { TF_CPP_MIN_LOG_LEVEL: "3", CUDA_CACHE_PATH: join(folders.cache, "cuda") },
    metadata: { debugger: false },
  },
  [join(folders.venv, "etc", "jupyter", "jupyter_server_config.json")]: {
    MultiKernelManager: { default_kernel_name: "latent" },
    KernelSpecManager: { allowed_kernelspecs: ["latent"] },
    LabApp: { check_for_updates_class: "jupyterlab.NeverCheckForUpdate" },
  },
  // Without this, JupyterLab asks on its first start whether to fetch news.
  [join(share, "lab", "settings", "overrides.json")]: {
    "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
  },
};

/** Registers the kernel with this checkout's Jupyter only. @type {import("./step.mjs").Step} */
export const kernelSpec = {
  name: "kernel",
  title: () => "TypeScript kernel",
  key: () => digest([JSON.stringify(files)]),
  outputs: Object.keys(files),
  fallback: "notebooks still run without JupyterLab (npx latent run notebooks/NAME.ipynb)",
  async run() {
    for (const [file, content] of Object.entries(files)) {
      const text = `${JSON.stringify(content, null, 2)}\n`;
      if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeAtomic(file, text);
    }
  },
};
