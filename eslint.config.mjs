// Lint rules: typescript-eslint's strict set, and the direction that imports may take (see CONTRIBUTING.md).
import js from "@eslint/js";
import { importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Each room of lib/ and the rooms it may import from; a room always may import from itself. */
const rooms = {
  core: [],
  distributions: ["core"],
  estimators: ["core", "distributions"],
  inference: ["core", "distributions", "estimators", "nn"],
  nn: ["core"],
  models: ["core", "distributions", "estimators", "inference", "nn"],
  control: ["core", "distributions", "estimators", "inference", "nn", "models", "envs"],
  envs: ["core"],
  data: ["core"],
  plot: ["core"],
  notebook: ["core", "plot"],
};

const zones = Object.entries(rooms).map(([room, allowed]) => ({
  target: `./lib/${room}`,
  from: "./lib",
  except: [room, ...allowed].map((name) => `./${name}`),
  message: `lib/${room} may import only from: ${[room, ...allowed].join(", ")}.`,
}));

export default tseslint.config(
  { ignores: ["**/dist/", "**/node_modules/", ".venv/", ".native/", ".cache/", ".setup/", "out/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [] },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "eqeqeq": ["error", "always", { null: "ignore" }],
    },
  },
  {
    files: ["lib/**/*.ts", "tools/**/*.ts"],
    rules: { "import-x/no-restricted-paths": ["error", { zones, basePath: import.meta.dirname }] },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly" },
    },
  },
);
