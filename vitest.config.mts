import { defineConfig } from "vitest/config";

/** Tests import the library by its name, as its users do, and get the sources. */
const lib = new URL("./lib", import.meta.url).pathname;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^latent$/, replacement: `${lib}/index.ts` },
      { find: /^latent\/([a-z]+)$/, replacement: `${lib}/$1/index.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.mts"],
    pool: "forks", // the native addon cannot be loaded into worker threads
    maxWorkers: 2,
    // For hangs only: the suite must pass on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
    env: { TF_CPP_MIN_LOG_LEVEL: "3" },
  },
});
