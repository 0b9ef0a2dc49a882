/** The programs of docs/library.md: the page shows the files that run here, and what they print. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";

const page = readFileSync(join(__dirname, "../../docs/library.md"), "utf8");

/** The fenced blocks after the link to a program: its code, and what it prints. */
function shown(name: string): { readonly code: string; readonly output: string } {
  const at = page.indexOf(`(programs/${name}.mts)`);
  const [code = "", output = ""] = [...page.slice(at).matchAll(/^```(?:ts|text)\n([^]*?)^```$/gm)].map(
    ([, text = ""]) => text,
  );
  expect(at, `docs/library.md links programs/${name}.mts`).toBeGreaterThan(0);
  return { code, output };
}

const NUMBER = /-?\d+(?:\.\d+)?/g;

/** Runs a program and gives what it prints, one line for each call of console.log. */
async function printed(name: string): Promise<string> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await import(`../../docs/programs/${name}.mts`);
    return log.mock.calls.map((words) => `${words.join(" ")}\n`).join("");
  } finally {
    log.mockRestore();
  }
}

const programs = [
  ...["look-at-values", "train-a-vae", "fit-a-mixture", "recurrent-vae", "schedules-and-groups", "any-step"],
  ...["environments", "mujoco", "q-learning", "soft-actor-critic", "latent-agent", "swing-up"],
  ...["sequence-transformer", "own-distribution", "own-estimator", "embed-to-control"],
];

describe.each(programs)("docs/programs/%s.mts", (name) => {
  test("stands in docs/library.md as it is", () => {
    const file = readFileSync(join(__dirname, `../../docs/programs/${name}.mts`), "utf8");
    expect(shown(name).code).toBe(file);
  });

  // Training amplifies the rounding that differs between processors: within 10 %, or 1.5 units of the last
  // digit.
  test("prints what docs/library.md shows", { timeout: 300_000 }, async () => {
    const { output } = shown(name);
    const got = await printed(name);
    expect(got.replace(NUMBER, "#")).toBe(output.replace(NUMBER, "#"));
    const [ours, theirs] = [got.match(NUMBER) ?? [], output.match(NUMBER) ?? []];
    ours.forEach((text, i) => {
      const expected = theirs[i] ?? "";
      const unit = 10 ** -(expected.split(".")[1]?.length ?? 0);
      const slack = Math.max(0.1 * Math.abs(Number(expected)), 1.5 * unit);
      expect(Math.abs(Number(text) - Number(expected)), `${text} for ${expected}`).toBeLessThanOrEqual(slack);
    });
  });
});
