// Lint rules: typescript-eslint's strict set, and the direction that imports may take (see CONTRIBUTING.md).
import js from "@eslint/js";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Each room of lib/ and what it may import besides itself; the order is that of docs/architecture.md. */
const rooms = {
  core: [],
  raster: [],
  jit: ["core"],
  nn: ["core", "jit"],
  distributions: ["core"],
  estimators: ["core", "distributions"],
  train: ["core", "jit"],
  inference: ["core", "jit", "distributions", "train"],
  metrics: ["core"],
  models: ["core", "jit", "distributions", "inference", "train", "nn"],
  control: ["core", "jit", "nn", "distributions", "models", "train", "envs"],
  envs: ["core", "jit", "raster"],
  data: ["core", "raster"],
  plot: ["core/numeric"],
  notebook: ["core", "plot"],
};

const zones = Object.entries(rooms).map(([room, allowed]) => ({
  target: `./lib/${room}`,
  from: "./lib",
  except: [room, ...allowed].map((name) => `./${name}`),
  message: `lib/${room} may import only from: ${[room, ...allowed].join(", ")}.`,
}));

/** Planners compute with plain numbers, whatever else their room learns with. */
zones.push(
  ...[
    "exploration",
    "ilqr",
    "inverse-control",
    "inverse-rl",
    "lqr",
    "lqr-flm",
    "mdp",
    "mpc.ts",
    "problem",
    "shooting",
  ].map((part) => ({
    target: `./lib/control/${part}`,
    from: "./lib",
    except: ["./core", "./nn", "./control"],
    message: `lib/control/${part} may import only from: core, nn, control.`,
  })),
);

/** Without a resolver the rule on restricted paths sees no file behind an import, and reports nothing. */
const resolver = createNodeResolver({ extensions: [".ts", ".mts", ".mjs"] });

/** Each room of tools/ and the rooms it may import from, likewise; a path names a room within a room. */
const toolRooms = {
  "common": [],
  "protocol": ["common"],
  "notebook": ["common", "protocol"],
  "execution": ["common", "protocol", "notebook"],
  "kernel": ["protocol", "notebook"],
  "kernel/threads": [],
  "kernel/source": [],
  "kernel/errors": ["kernel/threads", "kernel/source"],
  "kernel/language": ["kernel/threads", "kernel/source"],
  "kernel/evaluator": ["kernel/threads", "kernel/source", "kernel/errors", "kernel/language"],
  "kernel/server": ["kernel/threads"],
  "run": ["common", "notebook", "execution"],
  "check": ["common", "notebook", "execution"],
  "check/compare": [],
  "check/figure": ["check/compare"],
  "figures": ["common", "notebook", "execution"],
  "doctor": ["common"],
  "homework": ["common", "notebook"],
  "grade": ["common", "protocol", "notebook", "homework", "kernel"],
  "grade/channel": [],
  "grade/boundary": [],
  "grade/inside": ["grade/boundary", "grade/channel"],
  "grade/assignment": ["grade/channel"],
  "grade/submissions": ["grade/assignment"],
  "grade/lateness": ["grade/submissions"],
  "grade/sandbox": ["grade/channel"],
  "grade/marking": ["grade/channel", "grade/assignment", "grade/lateness", "grade/sandbox"],
  "grade/manual": ["grade/assignment", "grade/submissions", "grade/marking"],
  "grade/report": ["grade/assignment", "grade/submissions", "grade/marking"],
  "validate": ["common", "notebook", "homework", "grade"],
  "setup": [],
  "setup/system": [],
  "setup/python": ["setup/system"],
  "setup/native": ["setup/system", "setup/python"],
  "setup/lab": ["setup/system"],
  "setup/steps": ["setup/system", "setup/python", "setup/native"],
  "bin": ["run", "check", "figures", "doctor", "homework", "grade", "validate", "setup"],
};

/** A zone separates a room from the others in the same folder: tools/, or the room that contains it. */
const toolZones = Object.entries(toolRooms).map(([room, allowed]) => {
  const from = room.includes("/") ? `tools/${room.split("/")[0]}` : "tools";
  const names = [room, ...allowed];
  return {
    target: `./tools/${room}`,
    from: `./${from}`,
    except: ["./node_modules", ...names.map((name) => `./${name.split("/").at(-1)}`)],
    message: `tools/${room} may import only from: ${names.join(", ")}.`,
  };
});

/** Top-level functions are declarations, unless they have a named function type: `const run: Runner = …`. */
const topLevelArrows = ["Program", "Program > ExportNamedDeclaration"].map((parent) => ({
  selector:
    `${parent} > VariableDeclaration > ` +
    "VariableDeclarator:not([id.typeAnnotation]) > ArrowFunctionExpression",
  message: "Write a function at the top level as a declaration.",
}));

const testNotIt = {
  selector: "ImportDeclaration[source.value='vitest'] > ImportSpecifier[imported.name='it']",
  message: "Import test instead of it.",
};

export default tseslint.config(
  { ignores: ["**/dist/", "**/node_modules/", ".venv/", ".native/", ".cache/", ".setup/", "out/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [resolver] },
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
    files: ["lib/**/*.ts"],
    rules: { "import-x/no-restricted-paths": ["error", { zones, basePath: import.meta.dirname }] },
  },
  {
    files: ["tools/**/*.ts", "tools/**/*.mjs"],
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [resolver] },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones: toolZones, basePath: import.meta.dirname }],
    },
  },
  {
    files: ["**/*.ts", "**/*.mjs"],
    rules: {
      "max-len": ["error", { code: 110, ignoreUrls: true }],
      "no-restricted-syntax": ["error", ...topLevelArrows, testNotIt],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly" },
    },
  },
);
