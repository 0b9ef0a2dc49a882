import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const checkout = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/**
 * Folders in the checkout. Set-up writes only to those after `notebooks`, which git ignores and you may
 * delete.
 */
export const folders = {
  notebooks: join(checkout, "notebooks"),
  nodeModules: join(checkout, "node_modules"),
  venv: join(checkout, ".venv"),
  native: join(checkout, ".native"),
  cache: join(checkout, ".cache"),
  setup: join(checkout, ".setup"),
  jupyter: join(checkout, ".jupyter"),
};

/** The Python of the project's virtual environment. */
export const venvPython =
  process.platform === "win32"
    ? join(folders.venv, "Scripts", "python.exe")
    : join(folders.venv, "bin", "python");

/**
 * Returns the environment of all programs that set-up starts: caches, configuration and history stay in the
 * checkout.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function projectEnvironment(env = process.env) {
  const { cache, jupyter, venv } = folders;
  return {
    ...env,
    PATH: [dirname(venvPython), env["PATH"] ?? "", dirname(process.execPath)].join(delimiter),
    VIRTUAL_ENV: venv,
    PYTHONNOUSERSITE: "1",
    PIP_CACHE_DIR: join(cache, "pip"),
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    PIP_USER: "0",
    RUSTUP_HOME: join(cache, "rustup"), // pip runs `rustc --version`, for which rustup creates this folder
    ZIG_GLOBAL_CACHE_DIR: join(cache, "zig-build"),
    ZIG_LOCAL_CACHE_DIR: join(cache, "zig-build"),
    CUDA_CACHE_PATH: join(cache, "cuda"),
    JUPYTER_CONFIG_DIR: join(jupyter, "config"),
    JUPYTER_DATA_DIR: join(jupyter, "data"),
    JUPYTER_RUNTIME_DIR: join(jupyter, "runtime"),
    JUPYTERLAB_SETTINGS_DIR: join(jupyter, "settings"),
    JUPYTERLAB_WORKSPACES_DIR: join(jupyter, "workspaces"),
    IPYTHONDIR: join(jupyter, "ipython"),
    NPM_CONFIG_CACHE: join(cache, "npm"),
    npm_config_cache: join(cache, "npm"),
  };
}
