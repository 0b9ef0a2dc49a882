/** What Tab completes and what Shift+Tab shows, through the protocol. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Kernel } from "../../../tools/protocol/start-kernel";
import { runCell, START, startTestKernel } from "./support";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await startTestKernel();
  const cell = [
    'import { random, tf } from "latent";',
    'import { normal } from "latent/distributions";',
    'import { vae } from "latent/models";',
    "const mu = tf.zeros([3]); const steps = 100;",
    "/** Scales. See {@link normal}, {@link vae | the model}.",
    " * @param factor - by how much",
    " * @example",
    " * scale(2)",
    " * // 4",
    " */",
    "function scale(factor: number): number { return factor * 2; }",
  ];
  expect((await runCell(kernel, cell.join("\n"))).reply.status).toBe("ok");
}, START);
afterAll(() => kernel.shutdown());

interface Completion {
  readonly text: string;
  readonly type: string;
  readonly signature?: string;
}

/** The completions at the bar in `code`, or at its end. */
async function completionsOf(code: string): Promise<Completion[]> {
  const at = code.indexOf("|");
  const reply = await kernel.request("complete_request", {
    code: code.replace("|", ""),
    cursor_pos: at < 0 ? code.length : at,
  });
  const { _jupyter_types_experimental: types } = reply["metadata"] as Record<string, Completion[]>;
  expect(types?.map(({ text }) => text)).toEqual(reply["matches"]);
  return types ?? [];
}

async function namesOf(code: string): Promise<string[]> {
  return (await completionsOf(code)).map(({ text }) => text);
}

/** The Markdown that is shown at the bar in `code`, or at its end. */
async function shownAt(code: string): Promise<string | undefined> {
  const at = code.indexOf("|");
  const request = { code: code.replace("|", ""), cursor_pos: at < 0 ? code.length : at, detail_level: 0 };
  const { found, data } = (await kernel.request("inspect_request", request)) as {
    found: boolean;
    data: Record<string, string>;
  };
  expect(found).toBe("text/markdown" in data);
  return data["text/markdown"];
}

const OPTIONS = ["data", "hidden", "latent", "activation", "likelihood"];

describe("completion", () => {
  test("in a call, the parameters come first with their docs, then the names of the notebook", async () => {
    const [mean, stddev, ...others] = await completionsOf("normal(");
    expect(mean).toMatchObject({ text: "mean", type: "parameter" });
    expect(mean?.signature).toBe("mean: Parameter: means μ, [...B].");
    expect(stddev).toMatchObject({ text: "stddev", type: "parameter" });
    const names = others.map(({ text }) => text);
    expect(names.slice(0, 7)).toEqual(["mu", "normal", "random", "scale", "steps", "tf", "vae"]);
    expect(names).toContain("Array"); // globals, after them
  });

  test.each([
    ["normal(mu, ", ["stddev"]],
    ["normal(mu, s", ["stddev", "scale", "steps"]],
    ["const q = normal(m|);", ["mean", "mu"]],
    ["vae.init(", ["key", "options"]],
    ["[1, 2].map(", ["callbackfn", "thisArg"]],
    ["const steady = st|", ["steps"]], // no call
    ["normal(mu * st|)", ["steps"]], // inside an argument
    ["[mu, st|]", ["steps"]], // a comma, but of no call
    ["", ["mu", "normal", "random"]],
  ])("of %j", async (code, first) => {
    const names = await namesOf(code);
    expect(names.filter((name) => name !== "steady").slice(0, first.length)).toEqual(first);
  });

  test.each([
    ["vae.init(random.key(0), {", OPTIONS],
    ["vae.init(random.key(0), { |})", OPTIONS],
    ["vae.init(random.key(0), {\n  latent: 2,\n  ", ["data", "hidden", "activation", "likelihood"]],
    ["const model = vae.init(random.key(0), { hid", ["hidden"]],
  ])("in an object of options, only options: %j", async (code, names) => {
    expect(await namesOf(code)).toEqual(names);
  });

  test("options come with their types and docs, others with their kind", async () => {
    const [data, , , activation] = await completionsOf("vae.init(random.key(0), { ");
    expect(data?.signature).toBe("data: number: D, the number of pixels.");
    expect(activation?.signature).toMatch(
      /^activation\?: "relu" \| .*: The nonlinearity of the hidden layers/,
    );
    expect(await completionsOf("normal(mu, 1).batchS")).toMatchObject([
      { text: "batchShape", type: "property" },
    ]);
  });
});

describe("inspection", () => {
  test("shows a docstring as Markdown", async () => {
    expect(await shownAt("sca|le(2)")).toBe(
      [
        "```typescript\nfunction scale(factor: number): number\n```",
        "Scales. See `normal`, the model.",
        "**Parameters**",
        "- `factor`: by how much",
        "**Example**",
        "```typescript\nscale(2)\n// 4\n```",
      ].join("\n\n"),
    );
  });

  test("shows the parameters of the called function from that of the cursor on", async () => {
    const all = await shownAt("normal(");
    expect(all).toContain(
      "```typescript\nnormal(mean: Parameter, stddev: Parameter): Normal\n```\n\nReturns N(μ, σ²)",
    );
    expect(all).toContain("- `mean`: means μ, [...B].\n- `stddev`: standard deviations σ");
    expect(all).toContain("**Throws** if the two shapes do not broadcast");
    const second = await shownAt("normal(mu, |)");
    expect(second).toContain("- `stddev`: standard deviations σ");
    expect(second).not.toContain("- `mean`");
    // a parameter that is chosen among the completions
    expect(await shownAt("normal(mean|)")).toBe(all);
  });

  test("shows all options at the name of a function and in an empty object, one at its name", async () => {
    const latent = "- `latent`: Z, the length of the latent vector.";
    for (const code of [
      "vae.in|it",
      "vae.init(",
      "vae.init(random.key(0), {",
      "vae.init(random.key(0), { |})",
    ]) {
      const shown = await shownAt(code);
      expect(shown).toContain(latent);
      expect(shown).toContain(
        '- `likelihood?`: The distribution of a pixel given z; "bernoulli" by default.',
      );
    }
    expect(await shownAt("vae.init(random.key(0), { lat|ent: 2 })")).toBe(
      "```typescript\nlatent: number\n```\n\nZ, the length of the latent vector.",
    );
  });

  test("shows a variable with its type, and nothing at what is none", async () => {
    expect(await shownAt("ste|ps")).toBe("```typescript\nconst steps: 100\n```");
    for (const code of ["   |  ", "unknownName", "1 + |"]) expect(await shownAt(code)).toBeUndefined();
  });
});
