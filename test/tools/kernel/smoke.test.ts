import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startKernel, type Kernel } from "../../../tools/protocol/start-kernel";
import { parseNotebook } from "../../../tools/notebook/read";
import { notebooks, runCell, START } from "./support";

const file = join(notebooks, "good.ipynb");
const parameters = parseNotebook(readFileSync(file, "utf8"), file).cells[1]?.source ?? "";

async function valueOf(kernel: Kernel, code: string): Promise<unknown> {
  return (await runCell(kernel, code)).outputs.map((output) =>
    output.output_type === "execute_result" ? output.data["text/plain"] : output.output_type,
  );
}

describe("with LATENT_SMOKE=1", () => {
  const folder = mkdtempSync(join(tmpdir(), "latent-smoke-"));
  let kernel: Kernel;
  beforeAll(async () => {
    copyFileSync(file, join(folder, "good.ipynb"));
    writeFileSync(join(folder, "broken.ipynb"), "{");
    const wrong = readFileSync(file, "utf8")
      .replace("const steps = 1000;", "const turns = 1000;")
      .replace('"label": "small"', '"label": "tiny"');
    writeFileSync(join(folder, "wrong.ipynb"), wrong);
    kernel = await startKernel({ folder, environment: { LATENT_SMOKE: "1" } });
  }, START);
  afterAll(async () => {
    await kernel.shutdown();
    rmSync(folder, { recursive: true });
  });

  test("a parameters cell sets the smoke parameters with their types, and prints a notice", async () => {
    const ran = await runCell(kernel, `\r\n${parameters.replaceAll("\n", "\r\n")}\n`);
    expect(ran.reply.status).toBe("ok");
    expect(ran.printed).toBe('LATENT_SMOKE=1: smoke mode with label = "small", steps = 10\n');
    expect(await valueOf(kernel, "[steps, rate, label, noisy]")).toEqual(["[ 10, 0.5, 'small', false ]"]);
    // the type of `label` is still the declared union, not the literal type of its value
    expect(await valueOf(kernel, 'label === "full"')).toEqual(["false"]);
  });

  test("other cells run unchanged", async () => {
    expect((await runCell(kernel, "const steps = 1000;\nsteps")).outputs).toMatchObject([
      { data: { "text/plain": "1000" } },
    ]);
  });

  test("an unknown smoke parameter fails the cell with the names of the known ones", async () => {
    const ran = await runCell(kernel, parameters.replace("const steps = 1000;", "const turns = 1000;"));
    expect(ran.reply).toMatchObject({
      status: "error",
      ename: "SmokeParameters",
      evalue:
        "invalid smoke parameters: unknown parameter steps; " +
        "the parameters cell declares: turns, rate, label, noisy",
    });
  });
});

test("a parameters cell runs unchanged without LATENT_SMOKE", async () => {
  const kernel = await startKernel({ folder: notebooks, environment: { LATENT_SMOKE: "" } });
  const ran = await runCell(kernel, parameters);
  expect(ran.outputs).toEqual([]);
  expect(await valueOf(kernel, "steps")).toEqual(["1000"]);
  await kernel.shutdown();
});
