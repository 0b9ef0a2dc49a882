import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { latent: new URL("./lib/index.ts", import.meta.url).pathname } },
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.mts"],
    pool: "forks", // the native addon cannot be loaded into worker threads
    maxWorkers: 2,
    testTimeout: 60_000,
    env: { TF_CPP_MIN_LOG_LEVEL: "3" },
  },
});
